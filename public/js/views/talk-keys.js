/**
 * The key or mouse button to talk with, wherever on the page it is pressed: heard before anybody else, and let go when the page no longer
 * hears keys. Outside of calls it is a key like any other.
 */

import { mayTalk } from '../rtc/push-to-talk.js'
import { isWriting } from './keys.js'

const PRESSED = 'button, a, summary, input, select, [role="button"]'

/** @typedef {import('../rtc/push-to-talk.js').Press} Press */
/** @typedef {import('../rtc/settings.js').TalkKey} TalkKey */

/** @param {Pick<import('../app.js').House, 'call' | 'microphone' | 'talk'>} house */
export function listenForTalk({ call, microphone, talk }) {
  const matters = () => call.state !== 'out' || microphone.testing
  const hear = (/** @type {string} */ type, /** @type {(event: any) => boolean} */ take) =>
    document.addEventListener(type, (event) => take(event) && event.preventDefault(), { capture: true })
  hear('keydown', (event) => matters() && talk.down(keyOf(event)))
  hear('keyup', (event) => talk.up(keyOf(event)))
  hear('mousedown', (event) => matters() && talk.down(buttonOf(event)))
  hear('mouseup', (event) => talk.up(buttonOf(event))) // the side buttons would go back a page
  addEventListener('blur', () => talk.letGo())
  document.addEventListener('visibilitychange', () => document.hidden && talk.letGo())
}

/**
 * @param {KeyboardEvent} event
 * @returns {Press}
 */
function keyOf({ code, repeat, target }) {
  return { type: 'key', code, repeat, writing: isWriting(target), pressing: target instanceof Element && Boolean(target.closest(PRESSED)) }
}

/**
 * @param {MouseEvent} event
 * @returns {Press}
 */
const buttonOf = ({ button }) => ({ type: 'mouse', code: String(button) })

/**
 * The next key or mouse button that somebody presses and may talk with; Escape and the usual button give none.
 * @param {AbortSignal} off
 * @returns {Promise<TalkKey | null>}
 */
export function nextPress(off) {
  return new Promise((resolve) => {
    const over = new AbortController()
    const how = { capture: true, signal: over.signal }
    const end = (/** @type {TalkKey | null} */ key) => {
      over.abort()
      resolve(key)
    }
    const take = (/** @type {Event} */ event, /** @type {TalkKey} */ key) => {
      event.preventDefault()
      event.stopImmediatePropagation()
      if (mayTalk(key)) end(key)
      else if (key.code === 'Escape' || key.type === 'mouse') end(null)
    }
    addEventListener('keydown', (event) => take(event, { type: 'key', code: event.code }), how)
    addEventListener('mousedown', (event) => take(event, buttonOf(event)), how)
    addEventListener('blur', () => end(null), { signal: over.signal })
    off.addEventListener('abort', () => end(null), { signal: over.signal })
  })
}
