/**
 * The round sign of a person: the first letter of the name, in a colour that is always theirs.
 */

import { make } from './make.js'

const HUES = 6

/** @param {string} [style] a class beside its own */
export const disc = (style = '') => make('span', { class: `disc ${style}`.trim(), 'aria-hidden': 'true' })

/**
 * @param {HTMLElement} element
 * @param {string} user_id
 * @param {string} name
 */
export function fillDisc(element, user_id, name) {
  element.textContent = ([...name.trim()][0] ?? '?').toUpperCase()
  element.dataset.hue = String([...user_id].reduce((sum, sign) => (sum * 31 + (sign.codePointAt(0) ?? 0)) % 997, 7) % HUES)
}
