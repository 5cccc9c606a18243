/**
 * What has been seen of one link so far: its readings of the last minute, whether it ever stood, and what its relay said. A connection
 * made anew is read anew, but how long it has taken already, and what the relay said to the one before, is not forgotten.
 */

import { read } from './readings.js'

const KEPT_MS = 60_000
/** What TURN servers answer to wrong or expired credentials. */
const REFUSALS = new Set([401, 403, 438, 441])

/** @typedef {import('./readings.js').Reading} Reading */
/** @typedef {Pick<RTCPeerConnection, 'connectionState' | 'getStats' | 'getConfiguration' | 'addEventListener'>} Connection */

export class LinkStory {
  #begun = 0
  #refused = false
  once = false
  series = /** @type {Reading[]} */ ([])

  /**
   * @param {Connection} pc
   * @param {number} now
   * @param {LinkStory} [before] of the connection in whose place this one is
   */
  constructor(pc, now, before) {
    this.pc = pc
    this.#begun = before ? before.#begun : now
    this.#refused = before ? before.#refused : false
    this.once = before ? before.once : false
    pc.addEventListener('icecandidateerror', (event) => {
      if (REFUSALS.has(/** @type {RTCPeerConnectionIceErrorEvent} */ (event).errorCode)) this.#refused = true
    })
  }

  /** @param {{at: () => number, mic?: string, speaking?: boolean, allowed?: number}} beside */
  async look({ at, ...beside }) {
    const report = await this.pc.getStats()
    const reading = read(/** @type {any} */ (report), { at: at(), ...beside })
    if (this.pc.connectionState === 'connected') this.once = true
    if (reading.relay) this.#refused = false
    this.series.push(reading)
    while (this.series[0] && reading.at - this.series[0].at > KEPT_MS) this.series.shift()
  }

  /** @param {number} now */
  age(now) {
    return now - this.#begun
  }

  /** @returns {import('./verdicts.js').Story['relay']} */
  get relay() {
    if (this.#refused) return 'refused'
    if (this.series.at(-1)?.relay) return 'works'
    const { iceServers = [], iceTransportPolicy } = this.pc.getConfiguration()
    if (iceServers.flatMap((server) => server.urls).some((url) => /^turns?:/.test(url))) return 'silent'
    return iceTransportPolicy === 'relay' ? 'hidden' : 'none'
  }
}
