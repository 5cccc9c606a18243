/**
 * The way in: an invite and a name for somebody new, a link for one's second device.
 */

import { refusal } from '../refusal.js'
import { ticketIn } from '../here.js'
import { View } from './view.js'

export class SignIn extends View {
  enter() {
    const { session, here } = this.house
    this.follow(session, here)
    this.on(this.the('invite'), 'input', () => this.later())
    this.on(this.the('form'), 'submit', (event) => {
      event.preventDefault()
      void this.#join()
    })
  }

  draw() {
    const { here, session } = this.house
    const device = this.#ticket?.kind === 'link'
    this.the('profile', HTMLFieldSetElement).hidden = device
    this.the('profile', HTMLFieldSetElement).disabled = device
    this.the('paste').hidden = here.ticket !== null && here.ticket.kind !== 'room-invite'
    this.the('join').textContent = device ? 'Sign in on this device' : 'Join'
    this.the('hint').textContent = hint(here.ticket?.kind, session.why)
  }

  get #ticket() {
    const { ticket } = this.house.here
    return ticket && ticket.kind !== 'room-invite' ? ticket : ticketIn(this.the('invite', HTMLInputElement).value)
  }

  async #join() {
    const { session, here } = this.house
    const ticket = this.#ticket
    const join = this.the('join', HTMLButtonElement)
    const problem = this.the('problem')
    if (!ticket || ticket.kind === 'room-invite') return void (problem.textContent = 'Paste the whole invite link that you were given.')
    const profile = { handle: this.#value('handle').toLowerCase(), display_name: this.#value('name') || this.#value('handle') }
    problem.textContent = ''
    join.disabled = true
    try {
      await session.signIn(ticket.kind === 'link' ? { link_token: ticket.token } : { invite_token: ticket.token, profile })
      if (here.ticket === ticket) here.discard()
      this.the('form', HTMLFormElement).reset()
    } catch (error) {
      problem.textContent = refusal(error).message
    } finally {
      join.disabled = false
    }
  }

  /** @param {string} name */
  #value(name) {
    return this.the(name, HTMLInputElement).value.trim()
  }
}

/**
 * @param {string | undefined} kind
 * @param {string} why
 */
function hint(kind, why) {
  if (kind === 'invite') return 'You are invited. Choose how others will see you.'
  if (kind === 'link') return 'This link signs you in on this device.'
  if (kind === 'room-invite') return 'To enter that group, sign in first: you need an invite to this server.'
  if (why === 'signed out') return 'You are signed out on this device.'
  return 'This chat is by invitation. Paste the link that you were given.'
}
