/**
 * What others see of me: my name, and how I am.
 */

import { refusal } from '../refusal.js'
import { labelled, make } from './make.js'
import { View } from './view.js'

const STATES = /** @type {const} */ ([['online', 'Online'], ['away', 'Away'], ['busy', 'Busy']])

export class OwnProfile extends View {
  enter() {
    const { session, presence } = this.house
    const me = presence.get(session.user?.user_id ?? '')
    const radios = STATES.map(([value, name]) =>
      make('label', {}, make('input', { type: 'radio', name: 'status', value, checked: value === (me?.status ?? 'online') }), ' ', name))
    const form = make('form', { class: 'stack', autocomplete: 'off' },
      labelled('Name others see', make('input', { part: 'name', required: true, maxlength: 40, dir: 'auto', value: session.user?.display_name })),
      make('fieldset', { class: 'choices row' }, make('legend', {}, 'Status'), ...radios),
      labelled('In a few words', make('input', { part: 'text', maxlength: 250, dir: 'auto', value: me?.text, placeholder: 'Back at four' })),
      make('p', { class: 'problem', part: 'problem', role: 'alert' }),
      make('div', { class: 'ends' }, make('span', { class: 'faint', part: 'saved', role: 'status' }), make('button', { class: 'strong', part: 'save' }, 'Save')))
    this.replaceChildren(make('h3', {}, 'Profile'), make('p', { class: 'faint' }, `Your handle stays @${session.user?.handle}.`), form)
    this.on(form, 'submit', (event) => {
      event.preventDefault()
      void this.#save(form)
    })
    this.on(form, 'input', () => (this.the('saved').textContent = ''))
  }

  /** @param {HTMLFormElement} form */
  async #save(form) {
    const { session, presence } = this.house
    const save = this.the('save', HTMLButtonElement)
    const name = this.the('name', HTMLInputElement).value.trim()
    const text = this.the('text', HTMLInputElement).value.trim()
    const status = /** @type {'online' | 'away' | 'busy'} */ (new FormData(form).get('status'))
    const me = presence.get(session.user?.user_id ?? '')
    this.the('problem').textContent = ''
    save.disabled = true
    try {
      if (name !== session.user?.display_name) await session.rename(name)
      if (status !== me?.status || text !== me.text) await presence.set(status, text)
      this.the('saved').textContent = 'Saved.'
    } catch (error) {
      this.the('problem').textContent = refusal(error).message
    } finally {
      save.disabled = false
    }
  }
}
