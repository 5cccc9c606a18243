/**
 * What was said while I was away: the connection fell, and when it is back, rooms have gone on. Told once for each return, after the
 * rooms are caught up; what comes live in the meantime is not part of it. The first connection of a page is no return.
 *
 * Tells `back` {missed}.
 */

/** @typedef {import('./protocol.js').Msg} Msg */
/** @typedef {{room_id: string, msgs: Msg[], more: boolean}} Missed `more`: so much was said that not all of it is here */
/** @typedef {{name: string, count: number, why: 'mention' | 'message', more: boolean}} Counted */

export class Absence extends EventTarget {
  #doors
  #before = /** @type {Map<string, number> | null} */ (null)
  #live = /** @type {Map<string, number>} */ (new Map())
  #looked = 0

  /** @param {{socket: import('./socket.js').Socket, rooms: import('./rooms.js').Rooms, messages: import('./messages.js').Messages}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
    const { socket, rooms, messages } = doors
    socket.addEventListener('state', () => socket.live || this.#leave())
    rooms.addEventListener('change', () => void this.#return())
    messages.addEventListener('said', (event) => {
      const { room_id, msg } = /** @type {CustomEvent} */ (event).detail
      if (!this.#live.has(room_id)) this.#live.set(room_id, msg.seq)
    })
  }

  reset() {
    this.#before = null
  }

  /** How far each room had come. A return that was cut short counts from where the one before it did. */
  #leave() {
    const { socket, rooms } = this.#doors
    this.#live.clear()
    if (socket.life) this.#before ??= new Map(rooms.all().map(({ room_id, last_seq }) => [room_id, last_seq]))
  }

  async #return() {
    const { socket, rooms, messages } = this.#doors
    const [before, { life }] = [this.#before, socket]
    if (!before || !socket.live || !rooms.loaded || this.#looked === life) return
    this.#looked = life
    const missed = []
    for (const { room_id, joined, last_seq } of rooms.all()) {
      const after = before.get(room_id)
      if (!joined || after === undefined || last_seq <= after) continue
      await messages.sync(room_id)
      if (!socket.live || socket.life !== life || this.#before !== before) return
      missed.push(this.#since(room_id, after))
    }
    this.#before = null
    this.dispatchEvent(new CustomEvent('back', { detail: { missed } }))
  }

  /**
   * @param {string} room_id
   * @param {number} after
   * @returns {Missed}
   */
  #since(room_id, after) {
    const timeline = this.#doors.messages.timeline(room_id)
    const until = this.#live.get(room_id) ?? Infinity
    const msgs = timeline.slice(timeline.placeOf(after + 1), timeline.placeOf(until))
    return { room_id, msgs, more: timeline.first > after + 1 }
  }
}

/**
 * "3 mentions in general".
 * @param {Counted} counted
 */
export function inWords({ name, count, why, more }) {
  return `${count}${more ? '+' : ''} ${why}${count === 1 && !more ? '' : 's'} in ${name}`
}
