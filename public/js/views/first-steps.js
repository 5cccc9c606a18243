/**
 * What an admin who is alone here sees above the rooms: three steps to an invited friend. Says nothing to anybody else.
 */

import { passOn } from './focus.js'
import { labelled, make } from './make.js'
import { View } from './view.js'

/** @typedef {import('../first-steps.js').Step} Step */

const NAMES = /** @type {Array<[Step, string]>} */ ([['name', 'Say who you are'], ['room', 'Make the first room'], ['invite', 'Invite a friend']])

export class FirstStepsCard extends View {
  #shown = ''
  #passOn = () => {}

  enter() {
    this.#passOn = passOn(this, 'first-steps :is(button, input)', () => this.querySelectorAll('li button, li input'))
    this.follow(this.house.steps)
  }

  draw() {
    const { way } = this.house.steps
    const shown = way ? [way.step, ...way.done].join() : ''
    if (shown === this.#shown) return
    this.#shown = shown
    this.hidden = !way
    this.replaceChildren(...(way ? this.#card(way) : []))
    this.#passOn()
  }

  /** @param {import('../first-steps.js').Way} way */
  #card({ step, done }) {
    const items = NAMES.map(([name, text]) =>
      make('li', { class: done.has(name) ? 'done' : '', 'aria-current': name === step ? 'step' : null },
        make('span', {}, text, done.has(name) && make('span', { class: 'unseen' }, ' (done)')), name === step && this.#deed(step)))
    const skip = make('button', { class: 'small quiet', click: () => this.house.steps.did('over') }, 'I know my way')
    return [make('section', { 'aria-label': 'First steps' }, make('h2', {}, 'This chat is yours'), make('ol', {}, ...items), skip)]
  }

  /** @param {Step} step */
  #deed(step) {
    if (step === 'name') return this.#name()
    const [text, deed] = step === 'room' ? ['Make a room', () => this.#room()] : ['Get the link', () => void this.#invite()]
    return make('button', { class: 'strong small', click: /** @type {() => void} */ (deed) }, /** @type {string} */ (text))
  }

  #name() {
    const { session, notices, steps } = this.house
    const name = make('input', { required: true, maxlength: 40, dir: 'auto', value: session.user?.display_name })
    /** @param {SubmitEvent} event */
    const submit = (event) => {
      event.preventDefault()
      void notices.tryTo(async () => {
        if (name.value.trim() !== session.user?.display_name) await session.rename(name.value.trim())
        steps.did('name')
      })
    }
    return make('form', { class: 'stack', autocomplete: 'off', submit }, labelled('What others call you', name), make('button', { class: 'strong small' }, 'That is me'))
  }

  #room() {
    document.querySelector('dialog[data-part="new-room"]')?.dispatchEvent(new Event('wanted'))
  }

  #invite() {
    const { invites, notices, steps } = this.house
    return notices.tryTo(async () => {
      const detail = { title: 'Invite to this server', ...(await invites.make('')) }
      document.querySelector('invite-box')?.dispatchEvent(new CustomEvent('made', { detail }))
      steps.did('invite')
    })
  }
}
