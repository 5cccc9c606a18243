/**
 * Where I am signed in: my sessions, ending one, and a link that signs me in on one more device.
 *
 * Tells `change`.
 */

import { Request } from './protocol.js'

/** @typedef {import('./protocol.js').SessionInfo} SessionInfo */

export class Devices extends EventTarget {
  #socket
  #sessions = /** @type {SessionInfo[]} */ ([])

  /** @param {{socket: import('./socket.js').Socket}} doors */
  constructor({ socket }) {
    super()
    this.#socket = socket
  }

  /** @returns {SessionInfo[]} this one first, then whoever was here last */
  all() {
    const order = (/** @type {SessionInfo} */ one, /** @type {SessionInfo} */ other) =>
      Number(other.current) - Number(one.current) || other.last_seen_at - one.last_seen_at
    return [...this.#sessions].sort(order)
  }

  async load() {
    const { sessions } = await this.#socket.ask(Request.AuthSessions)
    this.#sessions = sessions
    this.dispatchEvent(new CustomEvent('change'))
  }

  /** @param {string} session_id */
  async revoke(session_id) {
    await this.#socket.ask(Request.AuthSessionRevoke, { session_id })
    await this.load()
  }

  /** @returns {Promise<import('./protocol.js').AuthLink>} good for one sign-in, for five minutes */
  link() {
    return this.#socket.ask(Request.AuthLinkCreate)
  }

  reset() {
    this.#sessions = []
  }
}
