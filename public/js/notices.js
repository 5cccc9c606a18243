/**
 * What the page has to say to the person: one line at a time, gone after a while.
 *
 * Tells `change`.
 */

import { refusal } from './refusal.js'

const SHOWN_MS = 8_000

export class Notices extends EventTarget {
  #clock
  #cancel = () => {}
  text = ''
  trace = ''

  /** @param {{clock: import('./clock.js').Clock}} doors */
  constructor({ clock }) {
    super()
    this.#clock = clock
  }

  /**
   * @param {string} text
   * @param {string} [trace]
   */
  say(text, trace = '') {
    this.text = text
    this.trace = trace
    this.#cancel()
    if (text) this.#cancel = this.#clock.after(SHOWN_MS, () => this.say(''))
    this.dispatchEvent(new CustomEvent('change'))
  }

  /**
   * Does something for a person; what goes wrong is said and ends here.
   * @template T
   * @param {() => Promise<T>} work
   * @returns {Promise<T | undefined>}
   */
  async tryTo(work) {
    try {
      return await work()
    } catch (error) {
      const { message, trace } = refusal(error)
      this.say(message, trace)
    }
  }
}
