/**
 * Fields for what one chooses for calls: each is named after its choice, chooses when somebody changes it, and shows what is chosen.
 */

import { make } from './make.js'

/** @typedef {import('../rtc/settings.js').CallChoices} CallChoices */
/** @typedef {import('./view.js').View} View */
/** @typedef {{id: string, label: string}} Device */

/**
 * @param {View} view
 * @param {keyof CallChoices} choice
 * @param {string} name
 */
export function switchOf(view, choice, name) {
  const change = (/** @type {any} */ { target }) => view.house.callSettings.choose({ [choice]: target.checked })
  return make('label', {}, make('input', { type: 'checkbox', 'data-choice': choice, change }), ' ', name)
}

/**
 * @param {View} view
 * @param {keyof CallChoices} choice
 * @param {string} value
 * @param {string} name
 */
export function radioOf(view, choice, value, name) {
  const change = () => view.house.callSettings.choose({ [choice]: value })
  return make('label', {}, make('input', { type: 'radio', name: `call-${choice}`, value, 'data-choice': choice, change }), ' ', name)
}

/**
 * @param {View} view
 * @param {keyof CallChoices} choice
 * @param {string} name
 * @param {(value: string) => unknown} [read]
 */
export function pickOf(view, choice, name, read = (value) => value) {
  const change = (/** @type {any} */ { target }) => view.house.callSettings.choose({ [choice]: read(target.value) })
  return make('label', {}, name, make('select', { 'data-choice': choice, change }))
}

/**
 * What can be picked, left alone while it is the same: somebody may have it open.
 * @param {View} view
 * @param {keyof CallChoices} choice
 * @param {Array<[value: string, name: string]>} all
 */
export function offer(view, choice, all) {
  const element = view.querySelector(`select[data-choice="${choice}"]`)
  const version = JSON.stringify(all)
  if (!(element instanceof HTMLSelectElement) || element.dataset.version === version) return
  element.dataset.version = version
  element.replaceChildren(...all.map(([value, name]) => make('option', { value, dir: 'auto' }, name)))
}

/**
 * @param {View} view
 * @param {'input' | 'output' | 'camera'} choice
 * @param {Device[]} devices
 */
export function offerDevices(view, choice, devices) {
  const chosen = view.house.callSettings.get()[choice]
  const missing = chosen && !devices.some(({ id }) => id === chosen)
  offer(view, choice, [
    ['', 'The usual one of this system'],
    ...devices.map(({ id, label }) => /** @type {[string, string]} */ ([id, label])),
    ...(missing ? [/** @type {[string, string]} */ ([chosen, 'Your chosen one, which is not there now'])] : []),
  ])
}

/**
 * Shows what is chosen.
 * @param {View} view
 */
export function drawChoices(view) {
  const choices = view.house.callSettings.get()
  for (const field of view.querySelectorAll('[data-choice]')) {
    const value = choices[/** @type {keyof CallChoices} */ (/** @type {HTMLElement} */ (field).dataset.choice)]
    if (field instanceof HTMLSelectElement) field.value = String(value)
    else if (field instanceof HTMLInputElement) field.checked = field.type === 'radio' ? field.value === value : value === true
  }
}
