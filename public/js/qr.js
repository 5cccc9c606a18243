/**
 * A text as a QR code, drawn by the server: an image that is kept nowhere, since what it shows is mostly a secret.
 */

import { Refusal } from './refusal.js'

export class Qr {
  #fetch

  /** @param {{fetch: typeof fetch}} doors */
  constructor({ fetch }) {
    this.#fetch = fetch
  }

  /**
   * @param {string} text
   * @returns {Promise<Blob>} an SVG
   */
  async draw(text) {
    const options = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ text }) }
    const answer = await this.#fetch('/qr', options).catch(() => {
      throw new Refusal('OFFLINE', 'The server cannot be reached, so there is no QR code. The link works all the same.')
    })
    if (!answer.ok) throw Refusal.of(await answer.json().catch(() => ({ message: 'The server drew no QR code. The link works all the same.' })))
    return answer.blob()
  }
}
