/**
 * The servers that help two peers find one another, as the server last named them, and the connection's configuration made of them.
 * Whoever asked for relays only never shows an address to the others; without a relay they are reached by nobody.
 */

import { Request } from '../protocol.js'

/** @typedef {import('../protocol.js').IceServers} Servers */

const FRESH_MS = 20_000

export class Ice {
  #doors
  #servers = /** @type {Servers | null} */ (null)
  #asked = -Infinity
  #asking = /** @type {Promise<void>} */ (Promise.resolve())

  /**
   * @param {object} doors
   * @param {Pick<import('../socket.js').Socket, 'ask'>} doors.socket
   * @param {import('../clock.js').Clock} doors.clock
   * @param {() => boolean} doors.relayOnly
   */
  constructor(doors) {
    this.#doors = doors
  }

  /** @param {Servers} servers */
  take(servers) {
    this.#servers = servers
    this.#asked = this.#doors.clock.now()
  }

  /** Not so before the first call, when nobody has said yet. */
  get lacksRelay() {
    return this.#servers?.turn_urls.length === 0
  }

  get #hasRelay() {
    return Boolean(this.#servers?.turn_urls.length)
  }

  /** @returns {RTCConfiguration} */
  get config() {
    return { iceServers: this.#list(), iceTransportPolicy: this.#doors.relayOnly() ? 'relay' : 'all', bundlePolicy: 'max-bundle' }
  }

  /**
   * New credentials, where there are any to have; one question serves all links that ask at about the same time.
   * @param {string} call_id
   * @returns {Promise<void>} never rejects: then the old ones must do
   */
  refresh(call_id) {
    const now = this.#doors.clock.now()
    if (!this.#hasRelay || now - this.#asked < FRESH_MS) return this.#asking
    this.#asked = now
    this.#asking = this.#ask(call_id).catch(() => {})
    return this.#asking
  }

  /** @param {string} call_id */
  async #ask(call_id) {
    const { ice } = await this.#doors.socket.ask(Request.RtcIceServers, { call_id })
    this.take(ice)
  }

  /** @returns {RTCIceServer[]} */
  #list() {
    const { stun_urls = [], turn_urls = [], turn_username, turn_credential } = this.#servers ?? {}
    const turn = { urls: turn_urls, username: turn_username ?? '', credential: turn_credential ?? '' }
    return [...(stun_urls.length ? [{ urls: stun_urls }] : []), ...(turn_urls.length ? [turn] : [])]
  }
}
