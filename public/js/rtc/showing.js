/**
 * What I show in the call, and the server's knowledge of it: said when I begin, said again after every place taken, taken back when it is
 * over, also when nobody could be told at that time. Microphone and camera keep the same name on the wire, whatever device they are.
 */

import { untilAnswered } from '../again.js'
import { Request } from '../protocol.js'
import { refusal } from '../refusal.js'
import { PREPARED } from './outgoing.js'

/** @typedef {{audio: boolean, video: boolean}} Tracks */
/** @typedef {import('./outgoing.js').Carried} Carried */
/** @typedef {{stream_id: string, kind: string, label: string, media: MediaStream, holder: MediaStream, muted: boolean, tracks: Tracks, carried: Carried[]}} Mine */
/** @typedef {{stream_id: string, kind: string, label?: string, media: MediaStream}} Wish */

export class Showing {
  #doors
  #mine = /** @type {Map<string, Mine>} */ (new Map())
  #announced = /** @type {Set<string>} */ (new Set())
  #holders = /** @type {Record<string, MediaStream> | null} */ (null)

  /**
   * @param {object} doors
   * @param {import('../socket.js').Socket} doors.socket
   * @param {import('../clock.js').Clock} doors.clock
   * @param {import('./doors.js').RtcDoors} doors.rtc
   * @param {() => string} doors.call_id '' while I have no place
   * @param {(stream_id: string, why: import('../refusal.js').Refusal) => void} doors.refused
   */
  constructor(doors) {
    this.#doors = doors
  }

  all() {
    return [...this.#mine.values()]
  }

  /** @returns {Record<string, MediaStream>} */
  get holders() {
    this.#holders ??= Object.fromEntries(Object.keys(PREPARED).map((stream_id) => [stream_id, this.#doors.rtc.stream()]))
    return this.#holders
  }

  /**
   * @param {Wish} wish
   * @returns {Mine}
   */
  add({ stream_id, kind, label = '', media }) {
    const holder = this.holders[stream_id] ?? media
    const tracks = { audio: media.getAudioTracks().length > 0, video: media.getVideoTracks().length > 0 }
    const carried = media.getTracks().map((track) => ({ kind: /** @type {Carried['kind']} */ (track.kind), track }))
    const mine = { stream_id, kind, label, media, holder, muted: false, tracks, carried }
    this.#mine.set(stream_id, mine)
    this.#announce(mine)
    return mine
  }

  /** @param {string} stream_id */
  remove(stream_id) {
    if (this.#mine.delete(stream_id)) this.#takeBack(stream_id)
  }

  /**
   * @param {string} stream_id
   * @param {Partial<Pick<Mine, 'label' | 'muted' | 'tracks'>>} change
   */
  update(stream_id, change) {
    const known = this.#mine.get(stream_id)
    if (!known) return
    const mine = { ...known, ...change }
    this.#mine.set(stream_id, mine)
    if (this.#announced.has(stream_id)) void this.#say(Request.RtcStreamUpdate, word(mine))
  }

  /**
   * For the links that are still to come; nobody needs to be told.
   * @param {string} stream_id
   * @param {MediaStreamTrack | null} track
   * @param {Carried['kind']} kind
   */
  replace(stream_id, track, kind) {
    const mine = this.#mine.get(stream_id)
    if (!mine) return
    const carried = [...mine.carried.filter((one) => one.kind !== kind), { kind, track }]
    this.#mine.set(stream_id, { ...mine, carried })
  }

  /** A place was taken: all that is shown is said, and what the others may still believe is taken back. */
  anew() {
    for (const stream_id of this.#announced) if (!this.#mine.has(stream_id)) this.#takeBack(stream_id)
    for (const mine of this.#mine.values()) this.#announce(mine)
  }

  clear() {
    this.#mine.clear()
    this.#announced.clear()
  }

  /** @param {Mine} mine */
  async #announce(mine) {
    const { stream_id } = mine
    if (!this.#doors.call_id()) return
    this.#announced.add(stream_id)
    const refused = await this.#say(Request.RtcStreamPublish, word(mine))
    if (!refused || refused.passing || this.#mine.get(stream_id)?.media !== mine.media) return
    this.#announced.delete(stream_id)
    this.#mine.delete(stream_id)
    this.#doors.refused(stream_id, refused)
  }

  /** @param {string} stream_id */
  async #takeBack(stream_id) {
    if (!this.#announced.has(stream_id)) return
    const refused = await this.#say(Request.RtcStreamUnpublish, { stream_id })
    if (!refused?.passing && !this.#mine.has(stream_id)) this.#announced.delete(stream_id)
  }

  /**
   * @param {string} t
   * @param {object} stream
   * @returns {Promise<import('../refusal.js').Refusal | null>}
   */
  async #say(t, stream) {
    const { socket, clock, call_id } = this.#doors
    const body = { call_id: call_id(), stream }
    try {
      await untilAnswered(() => socket.ask(t, body), { socket, clock })
      return null
    } catch (error) {
      return refusal(error)
    }
  }
}

/** @param {Mine} mine */
const word = ({ stream_id, kind, label, holder, muted, tracks }) => ({ stream_id, kind, label: label.slice(0, 64), tracks, media_id: holder.id, muted })
