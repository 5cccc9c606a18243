/**
 * Everybody on this server as far as the server tells: names, who is here now and how they are; and how I am.
 *
 * Tells `change`.
 */

import { untilAnswered, untilCalm } from './again.js'
import { Event as Told, Request } from './protocol.js'

/** @typedef {import('./protocol.js').Present} Present */

export class Presence extends EventTarget {
  #doors
  #people = /** @type {Map<string, Present>} */ (new Map())
  #heard = 0
  /** Whether the server has told us of everybody since the connection came. */
  loaded = false

  /** @param {{socket: import('./socket.js').Socket, clock: import('./clock.js').Clock}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
    const { socket } = doors
    socket.addEventListener('state', () => {
      this.loaded = false
      if (socket.live) void this.#subscribe()
      else this.#nobodyIsHere()
    })
    socket.addEventListener(Told.PresenceEvent, (event) => this.#hear(/** @type {CustomEvent} */ (event).detail))
  }

  /** @returns {Present[]} */
  all() {
    return [...this.#people.values()]
  }

  /** @param {string} user_id */
  get(user_id) {
    return this.#people.get(user_id)
  }

  /** @param {string} user_id */
  isOnline(user_id) {
    return this.#people.get(user_id)?.online ?? false
  }

  /**
   * @param {string} user_id
   * @param {string} [handle] what to say of somebody unknown
   */
  nameOf(user_id, handle = user_id) {
    return this.#people.get(user_id)?.display_name || handle
  }

  /**
   * How I am, on all my devices.
   * @param {Present['status']} status
   * @param {string} [text]
   */
  async set(status, text = '') {
    this.#hear(await this.#doors.socket.ask(Request.PresenceSet, { status, text }))
  }

  reset() {
    this.#people.clear()
    this.loaded = false
    this.#changed()
  }

  async #subscribe() {
    try {
      const ask = () => this.#doors.socket.ask(Request.PresenceSubscribe, { scope: 'server' })
      const { users } = await untilCalm(() => untilAnswered(ask, this.#doors), () => this.#heard)
      this.#people = new Map(users.map((/** @type {Present} */ one) => [one.user_id, one]))
      this.loaded = true
      this.#changed()
    } catch {
      // the next connection asks anew
    }
  }

  /** @param {import('./protocol.js').PresenceEvent} event */
  #hear({ kind, user_id, meta = {} }) {
    if (kind === 'join_room' || kind === 'leave_room') return
    this.#heard++
    const known = this.#people.get(user_id) ?? stranger(user_id)
    const online = kind === 'status' ? known.online : kind === 'online'
    const news = Object.fromEntries(Object.entries(meta).filter(([, value]) => value !== null))
    this.#people.set(user_id, { ...known, ...news, online })
    this.#changed()
  }

  #nobodyIsHere() {
    for (const [user_id, one] of this.#people) this.#people.set(user_id, { ...one, online: false })
    this.#changed()
  }

  #changed() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/**
 * @param {string} user_id
 * @returns {Present}
 */
const stranger = (user_id) => ({ user_id, handle: user_id, display_name: '', online: false, status: 'online', rooms: [], text: '' })
