/**
 * What the bot says waits here for its turn: one letter after the other, as they were posted. A letter outlives the connection; it is sent
 * again with the same client_msg_id, so that it is posted once.
 */

import { Gone, Refusal } from './link.mjs'

const MOST = 1000

/** @typedef {import('./link.mjs').Link} Link */
/** @typedef {{t: string, body: (link: Link) => object | Promise<object>, resolve: (reply: any) => void, reject: (error: Error) => void}} Letter */

export class Outbox {
  #letters = /** @type {Letter[]} */ ([])
  #link = /** @type {Link | null} */ (null)
  #busy = false

  get depth() {
    return this.#letters.length
  }

  /**
   * What the server answers. Throws Refusal.
   * @param {string} t
   * @param {(link: Link) => object | Promise<object>} body asked again for every try; must say the same each time
   * @returns {Promise<any>}
   */
  post(t, body) {
    if (this.depth >= MOST) return Promise.reject(new Refusal({ code: 'RATE_LIMITED', message: `${MOST} letters wait already` }))
    return new Promise((resolve, reject) => {
      this.#letters.push({ t, body, resolve, reject })
      void this.#work()
    })
  }

  /** @param {Link} link */
  open(link) {
    this.#link = link
    void this.#work()
  }

  async #work() {
    if (this.#busy) return
    this.#busy = true
    while (this.#link && this.#letters[0]) {
      const link = this.#link
      if (await this.#deliver(link, this.#letters[0])) this.#letters.shift()
      else if (this.#link === link) this.#link = null
    }
    this.#busy = false
  }

  /**
   * Whether the letter is done with, be it sent or refused.
   * @param {Link} link
   * @param {Letter} letter
   */
  async #deliver(link, letter) {
    try {
      letter.resolve(await link.insist(letter.t, await letter.body(link)))
    } catch (error) {
      if (error instanceof Gone) return false
      letter.reject(/** @type {Error} */ (error))
    }
    return true
  }
}
