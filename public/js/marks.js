/**
 * How far I have received and read each room, told to the server a little later and only the highest: marks never go back, so one
 * that is lost is made good by the next.
 */

import { Request } from './protocol.js'

const LATER_MS = 400

export class Marks {
  #doors
  #wanted = /** @type {Map<string, {t: string, room_id: string, seq: number, told: number}>} */ (new Map())
  #soon = false

  /** @param {{socket: import('./socket.js').Socket, clock: import('./clock.js').Clock}} doors */
  constructor(doors) {
    this.#doors = doors
    doors.socket.addEventListener('state', () => doors.socket.live && this.#later())
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

  reset() {
    this.#wanted.clear()
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
      for (const mark of this.#wanted.values()) if (mark.seq > mark.told) void this.#say(mark)
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
