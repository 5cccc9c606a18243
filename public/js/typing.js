/**
 * Who is typing where, and saying that I am: at most every three seconds, and forgotten after five.
 *
 * Tells `change` {room_id}.
 */

import { Event as Told, Request } from './protocol.js'

const SAY_EVERY_MS = 3_000
const FORGET_MS = 5_000

export class Typing extends EventTarget {
  #doors
  #rooms = /** @type {Map<string, Map<string, () => void>>} */ (new Map())
  #said = /** @type {Map<string, number>} */ (new Map())

  /**
   * @param {{socket: import('./socket.js').Socket, clock: import('./clock.js').Clock, session: import('./session.js').Session}} doors
   */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.socket.addEventListener(Told.MsgTypingEvent, (event) => {
      const { room_id, user_id } = /** @type {CustomEvent} */ (event).detail
      if (user_id !== doors.session.user?.user_id) this.#types(room_id, user_id)
    })
    doors.socket.addEventListener(Told.MsgEvent, (event) => {
      const { room_id, msg } = /** @type {CustomEvent} */ (event).detail
      this.#stops(room_id, msg.user_id)
    })
  }

  /**
   * @param {string} room_id
   * @returns {string[]} user ids
   */
  in(room_id) {
    return [...(this.#rooms.get(room_id)?.keys() ?? [])]
  }

  /** @param {string} room_id */
  say(room_id) {
    const { clock, socket } = this.#doors
    if (!socket.live || clock.now() - (this.#said.get(room_id) ?? -Infinity) < SAY_EVERY_MS) return
    this.#said.set(room_id, clock.now())
    socket.ask(Request.MsgTyping, { room_id }).catch(() => {}) // nobody misses one
  }

  /** @param {string} room_id */
  sent(room_id) {
    this.#said.delete(room_id)
  }

  /**
   * @param {string} room_id
   * @param {string} user_id
   */
  #types(room_id, user_id) {
    const here = this.#rooms.get(room_id) ?? new Map()
    this.#rooms.set(room_id, here)
    here.get(user_id)?.()
    here.set(user_id, this.#doors.clock.after(FORGET_MS, () => this.#stops(room_id, user_id)))
    this.#tell(room_id)
  }

  /**
   * @param {string} room_id
   * @param {string} user_id
   */
  #stops(room_id, user_id) {
    const here = this.#rooms.get(room_id)
    here?.get(user_id)?.()
    if (here?.delete(user_id)) this.#tell(room_id)
  }

  /** @param {string} room_id */
  #tell(room_id) {
    this.dispatchEvent(new CustomEvent('change', { detail: { room_id } }))
  }
}
