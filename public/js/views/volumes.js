/**
 * How loud I hear somebody: the voice, and what they show, apart. Remembered.
 */

import { make } from './make.js'
import { place } from './menu.js'

const KINDS = /** @type {const} */ ([['voice', 'Voice'], ['stream', 'Stream']])

/**
 * @param {import('../app.js').House} house
 * @param {HTMLElement} button
 * @param {string} user_id
 */
export function openVolumes({ callSettings, presence }, button, user_id) {
  const name = presence.nameOf(user_id)
  const box = make('div', { class: 'menu volumes', popover: 'auto', role: 'dialog', 'aria-label': `Volume of ${name}` }, make('h3', {}, make('bdi', {}, name)))
  for (const [of, word] of KINDS) box.append(slider(word, callSettings.volume(user_id, of), (volume) => callSettings.setVolume(user_id, of, volume)))
  box.addEventListener('toggle', (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === 'open'
    button.setAttribute('aria-expanded', String(open))
    if (!open) box.remove()
  })
  button.after(box)
  box.showPopover()
  place(box, button.getBoundingClientRect())
  box.querySelector('input')?.focus()
}

/**
 * @param {string} word
 * @param {number} volume 0 to 1
 * @param {(volume: number) => void} set
 */
function slider(word, volume, set) {
  const output = make('output', { class: 'faint' })
  const say = () => (output.textContent = `${input.value} %`)
  const input = make('input', { type: 'range', min: 0, max: 100, step: 5, 'aria-label': `${word} volume`, input: () => (set(Number(input.value) / 100), say()) })
  input.value = String(Math.round(volume * 100))
  say()
  return make('label', {}, make('span', { class: 'beside' }, word, output), input)
}
