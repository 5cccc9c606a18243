/**
 * How far I have received and read each room, told to the server a little later and only the highest: marks never go back, so one
 * that is lost is made good by the next. And how far others have read: as the list of members says, and as is heard since.
 *
 * Tells `change` {room_id}.
 */

import { Event as Told, Request } from './protocol.js'

const LATER_MS = 400

export class Marks extends EventTarget {
  #doors
  #wanted = /** @type {Map<string, {t: string, room_id: string, seq: number, told: number}>} */ (new Map())
  #soon = false
  #others = /** @type {Map<string, Map<string, number>>} */ (new Map())

  /** @param {{socket: import('./socket.js').Socket, clock: import('./clock.js').Clock}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.socket.addEventListener('state', () => doors.socket.live && this.#later())
    doors.socket.addEventListener(Told.MsgReadEvent, (event) => {
      const { room_id, user_id, up_to_seq } = /** @type {CustomEvent} */ (event).detail
      this.#hear(room_id, user_id, up_to_seq)
    })
    doors.socket.addEventListener(Told.MsgEvent, (event) => {
      const { room_id, msg } = /** @type {CustomEvent} */ (event).detail
      this.#hear(room_id, msg.user_id, msg.seq) // whoever answers has read
    })
  }

  /**
   * @param {string} room_id
   * @returns {ReadonlyMap<string, number>} user id to the last seq they have read
   */
  readers(room_id) {
    return this.#others.get(room_id) ?? new Map()
  }

  /**
   * @param {string} room_id
   * @param {number} seq
   */
  read(room_id, seq) {
    this.#want(Request.MsgRead, room_id, seq)
  }

  /**
   * @param {string} room_id
   * @param {number} seq
   */
  delivered(room_id, seq) {
    this.#want(Request.MsgDelivered, room_id, seq)
  }

  /** What waits is told now: this page may end. */
  settle() {
    for (const mark of this.#wanted.values()) if (mark.seq > mark.told) void this.#say(mark)
  }

  /**
   * How far they have read, from the list of a room's members.
   * @param {string} room_id
   * @param {Pick<import('./protocol.js').Member, 'user_id' | 'read_seq'>[]} members
   */
  learn(room_id, members) {
    for (const { user_id, read_seq = 0 } of members) this.#hear(room_id, user_id, read_seq)
  }

  reset() {
    this.#wanted.clear()
    this.#others.clear()
  }

  /**
   * @param {string} room_id
   * @param {string} user_id
   * @param {number} seq
   */
  #hear(room_id, user_id, seq) {
    const room = this.#others.get(room_id) ?? new Map()
    if (seq <= (room.get(user_id) ?? 0)) return
    this.#others.set(room_id, room.set(user_id, seq))
    this.dispatchEvent(new CustomEvent('change', { detail: { room_id } }))
  }

  /**
   * @param {string} t
   * @param {string} room_id
   * @param {number} seq
   */
  #want(t, room_id, seq) {
    const key = `${t} ${room_id}`
    const mark = this.#wanted.get(key) ?? { t, room_id, seq: 0, told: 0 }
    if (seq <= mark.seq) return
    this.#wanted.set(key, { ...mark, seq })
    this.#later()
  }

  #later() {
    if (this.#soon) return
    this.#soon = true
    this.#doors.clock.after(LATER_MS, () => {
      this.#soon = false
      this.settle()
    })
  }

  /** @param {{t: string, room_id: string, seq: number, told: number}} mark */
  async #say({ t, room_id, seq }) {
    if (!this.#doors.socket.live) return
    const told = await this.#doors.socket.ask(t, { room_id, up_to_seq: seq }).then(() => true, () => false)
    const mark = this.#wanted.get(`${t} ${room_id}`)
    if (told && mark) mark.told = Math.max(mark.told, seq)
  }
}
