/**
 * Keeps one connection alive: an ICE restart when it is lost, later and later ones while it stays so, and a new connection when three
 * have not helped. Nothing is done in haste: one late check makes a healthy link `disconnected` for a moment, and a restart on a busy
 * computer makes it busier (CALLS 1). Of the two ends the polite one waits longer, so that mostly one acts.
 *
 * Tells `change` when `late` does.
 */

import { pause } from '../clock.js'

const LOST_MS = 4_000
const POLITE_LOST_MS = 8_000
const BACKOFF_MS = [2_000, 4_000, 8_000, 15_000]
const BORN_MS = 15_000
const SLOWEST_BIRTH = 8
const UNANSWERED_MS = 10_000
const SILENCE_MS = 3_000
const TRIES = 3
/** A timer that comes this much too late says that this computer is busy: then a restart would make it busier, and is put off a few times. */
const STARVED_MS = 400
const PUT_OFF = 4

/**
 * @typedef {object} Care
 * @property {RTCPeerConnection} pc
 * @property {import('../clock.js').Clock} clock
 * @property {() => number} random 0 to 1
 * @property {boolean} polite
 * @property {number} rebuilds how many connections were here before this one
 * @property {() => boolean} able whether the other can be told now; else it is done when they are back
 * @property {() => void} restart
 * @property {() => void} resend
 * @property {() => void} rebuild
 * @property {() => boolean} ping makes the other say something; false where there is no way
 */

export class Recovery extends EventTarget {
  #care
  #tries = 0
  #unanswered = 0
  #next = () => {}
  #answer = () => {}
  #closed = false
  /** Not connected for longer than that should take: there is most likely no way. */
  late = false

  /** @param {Care} care */
  constructor(care) {
    super()
    this.#care = care
    care.pc.addEventListener('connectionstatechange', () => this.#look())
    care.pc.addEventListener('signalingstatechange', () => this.#awaitAnswer())
    this.#plan(BORN_MS * Math.min(SLOWEST_BIRTH, 2 ** care.rebuilds), () => this.#stillborn())
  }

  /** The network changed, or this computer woke: what says to be connected may not be. */
  async nudge() {
    const { pc, clock, ping } = this.#care
    if (pc.connectionState === 'disconnected' || pc.connectionState === 'failed') return this.#try()
    if (pc.connectionState !== 'connected') return
    const before = await received(pc)
    ping()
    await pause(clock, SILENCE_MS)
    if (this.#closed || pc.connectionState !== 'connected' || (await received(pc)) !== before) return
    this.#try()
  }

  /** The two may speak again: what was lost meanwhile is said by how things stand now. */
  resync() {
    this.#care.resend()
    if (this.#care.pc.connectionState !== 'connected') this.#try()
  }

  close() {
    this.#closed = true
    this.#next()
    this.#answer()
  }

  #look() {
    const { pc, polite } = this.#care
    if (pc.connectionState === 'connected') return this.#well()
    if (pc.connectionState === 'failed') return this.#tries ? undefined : this.#try()
    if (pc.connectionState === 'disconnected') void this.#lost(polite ? POLITE_LOST_MS : LOST_MS)
  }

  #well() {
    this.#tries = 0
    this.#next()
    this.#become(false)
  }

  /** @param {number} ms */
  async #lost(ms) {
    const { pc } = this.#care
    const before = await received(pc)
    if (this.#closed || pc.connectionState !== 'disconnected') return
    this.#plan(ms, async () => {
      const now = await received(pc)
      if (this.#closed || pc.connectionState !== 'disconnected') return
      if (now > before) void this.#lost(ms)
      else this.#try()
    })
  }

  #stillborn() {
    this.#become(true)
    this.#try()
  }

  #try() {
    const { able, restart, rebuild } = this.#care
    if (this.#closed || !able()) return
    if (this.#tries === TRIES) return rebuild()
    restart()
    const wait = BACKOFF_MS[Math.min(this.#tries++, BACKOFF_MS.length - 1)] ?? 0
    this.#plan(this.#jitter(wait), () => this.#try())
  }

  #awaitAnswer() {
    const { pc, able, resend, rebuild } = this.#care
    this.#answer()
    if (pc.signalingState !== 'have-local-offer') return void (this.#unanswered = 0)
    this.#answer = this.#care.clock.after(UNANSWERED_MS, () => {
      if (this.#closed || pc.signalingState !== 'have-local-offer') return
      if (able() && ++this.#unanswered > TRIES) return rebuild()
      if (able()) resend()
      this.#awaitAnswer()
    })
  }

  /** @param {number} ms */
  #jitter(ms) {
    const { random, polite } = this.#care
    return ms * (polite ? 1.5 : 1) * (1 + random() / 2)
  }

  /**
   * @param {number} ms
   * @param {() => void} work
   * @param {number} [putOff] how often it was already
   */
  #plan(ms, work, putOff = 0) {
    const { clock } = this.#care
    const due = clock.now() + ms
    this.#next()
    this.#next = clock.after(ms, () => {
      if (clock.now() - due > STARVED_MS && putOff < PUT_OFF) this.#plan(ms, work, putOff + 1)
      else work()
    })
  }

  /** @param {boolean} late */
  #become(late) {
    if (this.late === late) return
    this.late = late
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/**
 * How much has come in so far.
 * @param {RTCPeerConnection} pc
 */
async function received(pc) {
  let bytes = 0
  const stats = await pc.getStats().catch(() => null)
  stats?.forEach((/** @type {any} */ { type, bytesReceived }) => {
    if (type === 'transport') bytes += bytesReceived ?? 0
  })
  return bytes
}
