/**
 * How the page looks on this device: the theme and the accent.
 */

import { ACCENTS, THEMES } from '../theme.js'
import { make } from './make.js'
import { View } from './view.js'

const NAMES = { system: 'As the system', light: 'Light', dark: 'Dark' }

export class OwnLook extends View {
  enter() {
    const { theme } = this.house
    this.replaceChildren(
      make('h3', {}, 'Look'),
      this.#choices('Theme', 'theme', THEMES, theme.theme, (value) => theme.choose(value)),
      this.#choices('Accent', 'accent', ACCENTS, theme.accent, (value) => theme.paint(value)),
    )
  }

  /**
   * @param {string} legend
   * @param {string} name
   * @param {readonly string[]} values
   * @param {string} chosen
   * @param {(value: string) => void} take
   */
  #choices(legend, name, values, chosen, take) {
    const radios = values.map((value) => {
      const input = make('input', { type: 'radio', name, value, checked: value === chosen, change: () => take(value) })
      return make('label', { class: `${name}-${value}` }, input, ' ', /** @type {any} */ (NAMES)[value] ?? value)
    })
    return make('fieldset', { class: 'choices row' }, make('legend', {}, legend), ...radios)
  }
}
