/**
 * How I am told of what I do not see: by the desktop, by a sound, or not now. The browser is asked for its leave only when I press here.
 */

import { make } from './make.js'
import { View } from './view.js'

const ASKED = Object.freeze({ granted: '', default: '', denied: 'The browser does not allow it for this page: its settings can.', missing: 'This browser, or a page without HTTPS, cannot do it.' })

export class OwnNotices extends View {
  enter() {
    const { levels, desk } = this.house
    const box = (/** @type {'desktop' | 'sound' | 'dnd'} */ way, /** @type {string} */ name) =>
      make('label', {}, make('input', { type: 'checkbox', part: way, change: ({ target }) => void this.#choose(way, target.checked) }), ' ', name)
    const hear = make('button', { type: 'button', class: 'small', click: () => desk.sound('mention') }, 'Hear it')
    this.replaceChildren(
      make('h3', {}, 'Notices'),
      make('fieldset', { class: 'choices' }, make('legend', { class: 'unseen' }, 'How you are told'),
        box('desktop', 'On the desktop'), make('p', { class: 'faint', part: 'leave', role: 'status' }),
        make('div', { class: 'along' }, box('sound', 'By a sound'), hear), box('dnd', 'Do not disturb: neither, for now')),
      make('p', { class: 'faint' }, 'For what mentions you, and for all in groups. Each room has its own level in its settings.'))
    this.follow(levels)
  }

  draw() {
    const { levels, desk } = this.house
    const { ways } = levels
    for (const way of /** @type {const} */ (['desktop', 'sound', 'dnd'])) this.the(way, HTMLInputElement).checked = ways[way]
    const leave = desk.leave()
    this.the('desktop', HTMLInputElement).checked = ways.desktop && leave === 'granted'
    this.the('desktop', HTMLInputElement).disabled = leave === 'missing' || leave === 'denied'
    this.the('leave').textContent = ASKED[leave]
    this.the('leave').hidden = !ASKED[leave]
  }

  /**
   * @param {'desktop' | 'sound' | 'dnd'} way
   * @param {boolean} on
   */
  async #choose(way, on) {
    const { levels, desk } = this.house
    const may = way !== 'desktop' || !on || (await desk.ask())
    levels.choose({ [way]: on && may })
  }
}
