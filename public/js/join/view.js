/**
 * Draws the page for guests: ticks, steps, and the way on. Knows no rules; text gets in as text only.
 */

import { make } from '../views/make.js'
import { piecesOf } from './steps.js'
import { SIGNS, WORDS } from './ticks.js'

/**
 * The element that plays a part.
 * @template {HTMLElement} T
 * @param {string} name
 * @param {new () => T} [kind]
 * @returns {T}
 */
export function part(name, kind) {
  const found = document.querySelector(`[data-part="${name}"]`)
  if (!(found instanceof (kind ?? HTMLElement))) throw new Error(`there is no part ${name}`)
  return /** @type {T} */ (found)
}

/**
 * @param {string} name
 * @param {string} text
 */
export function say(name, text) {
  const element = part(name)
  if (element.textContent !== text) element.textContent = text
  element.hidden = !text
}

const drawn = /** @type {Map<string, string>} */ (new Map())

/**
 * Only what has changed: a button that somebody stands on stays.
 * @param {import('./ticks.js').Tick[]} ticks
 * @param {(act: import('./ticks.js').Act) => void} press
 */
export function drawTicks(ticks, press) {
  const list = part('ticks')
  ticks.forEach((tick, i) => {
    const text = JSON.stringify(tick)
    if (drawn.get(tick.id) === text) return
    drawn.set(tick.id, text)
    const before = list.children[i]
    const stood = before?.contains(document.activeElement)
    const row = rowOf(tick, press)
    if (before) before.replaceWith(row)
    else list.append(row)
    if (stood) (row.querySelector('button') ?? row).focus()
  })
}

/**
 * @param {import('./ticks.js').Tick} tick
 * @param {(act: import('./ticks.js').Act) => void} press
 */
function rowOf({ name, state, says, act, button }, press) {
  return make('li', { class: 'tick', 'data-state': state, tabindex: -1 },
    make('span', { class: 'sign', 'aria-hidden': 'true' }, SIGNS[state]),
    make('span', { class: 'name' }, name, make('span', { class: 'unseen' }, `: ${WORDS[state]}`)),
    make('span', { class: 'says' }, says),
    act && button && make('button', { type: 'button', click: () => press(act) }, button))
}

/** @param {import('./steps.js').Way} way */
export function drawSteps({ file, first, steps, note }) {
  const link = part('file', HTMLAnchorElement)
  link.href = file.href
  link.textContent = file.name
  say('first', first)
  say('note', note)
  part('steps').replaceChildren(...steps.map((text) => make('li', {}, make('span', {}, ...piecesOf(text).map(piece)))))
}

/** @param {import('./steps.js').Piece} piece */
const piece = ({ text, as }) => (as ? make(as, {}, text) : text)

/**
 * As the host's own window shows it, with places to break.
 * @param {string} fingerprint
 */
export function drawFingerprint(fingerprint) {
  part('print-part').hidden = !fingerprint
  part('print').replaceChildren(...fingerprint.split(/(?<=:)/).flatMap((pair) => [pair, make('wbr')]))
}

/**
 * @param {string} name
 * @param {Array<[value: string, text: string]>} choices
 * @param {string} chosen
 */
export function drawChoices(name, choices, chosen) {
  const select = part(name, HTMLSelectElement)
  select.replaceChildren(...choices.map(([value, text]) => make('option', { value }, text)))
  select.value = chosen
}
