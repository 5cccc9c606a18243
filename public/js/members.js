/**
 * Who is in a room, for the rooms that somebody looks at.
 *
 * Tells `change` {room_id}.
 */

import { untilAnswered, untilCalm } from './again.js'
import { Event as Told, Request } from './protocol.js'

/** @typedef {import('./protocol.js').Member} Member */

export class Members extends EventTarget {
  #doors
  #rooms = /** @type {Map<string, Member[]>} */ (new Map())
  #heard = 0

  /** @param {{socket: import('./socket.js').Socket, clock: import('./clock.js').Clock}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.socket.addEventListener(Told.RoomMemberEvent, (event) => this.#moved(/** @type {CustomEvent} */ (event).detail.room_id))
  }

  /**
   * @param {string} room_id
   * @returns {Member[]}
   */
  of(room_id) {
    return this.#rooms.get(room_id) ?? []
  }

  /**
   * Leaves what was known when there is no answer.
   * @param {string} room_id
   */
  async load(room_id) {
    try {
      const ask = () => this.#doors.socket.ask(Request.RoomMembers, { room_id })
      const { members } = await untilCalm(() => untilAnswered(ask, this.#doors), () => this.#heard)
      this.#rooms.set(room_id, members)
      this.dispatchEvent(new CustomEvent('change', { detail: { room_id } }))
    } catch {
      // not a member any more, or no connection: then the room's own view says so
    }
  }

  /** @param {string} room_id */
  forget(room_id) {
    this.#rooms.delete(room_id)
  }

  reset() {
    this.#rooms.clear()
  }

  /** @param {string} room_id */
  #moved(room_id) {
    this.#heard++
    if (this.#rooms.has(room_id)) void this.load(room_id)
  }
}
