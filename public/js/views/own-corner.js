/**
 * Who I am, inviting people to the server for admins, and the way out.
 */

import { Request } from '../protocol.js'
import { View } from './view.js'

export class OwnCorner extends View {
  enter() {
    const { session } = this.house
    this.follow(session)
    this.on(this.the('invite'), 'click', () => void this.#invite())
    this.on(this.the('out'), 'click', () => void this.#logOut())
  }

  draw() {
    const { session } = this.house
    this.the('name').textContent = session.user?.display_name ?? ''
    this.the('handle').textContent = session.user ? `@${session.user.handle}` : ''
    this.the('invite').hidden = !session.isAdmin
    this.the('diag').hidden = !session.isAdmin
  }

  #invite() {
    const { socket, notices } = this.house
    return notices.tryTo(async () => {
      const { invite_token, expires_at } = await socket.ask(Request.AdminInviteCreate)
      const detail = { title: 'Invite to this server', kind: 'invite', token: invite_token, expires_at }
      document.querySelector('invite-box')?.dispatchEvent(new CustomEvent('made', { detail }))
    })
  }

  #logOut() {
    const { session, outbox, notices } = this.house
    const unsent = outbox.all().length
    const question = `${unsent} of your messages ${unsent === 1 ? 'has' : 'have'} not been sent. Log out and lose them?`
    if (unsent && !confirm(question)) return undefined
    return notices.tryTo(() => session.logOut())
  }
}
