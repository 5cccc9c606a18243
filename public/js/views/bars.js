/**
 * How good a connection is, as three bars and in a word.
 */

import { make } from './make.js'

const WORDS = ['No connection', 'Bad connection', 'Fair connection', 'Good connection']

/** @param {number} level 0 to 3 */
export function bars(level) {
  const element = make('span', { class: 'bars', role: 'img' }, make('span'), make('span'), make('span'))
  drawBars(element, level)
  return element
}

/**
 * @param {HTMLElement} element
 * @param {number} level 0 to 3
 */
export function drawBars(element, level) {
  element.dataset.level = String(level)
  element.setAttribute('aria-label', WORDS[level] ?? '')
}
