/**
 * Who is in a room, for the rooms that somebody looks at, and keeping order there.
 *
 * Tells `change` {room_id}, and `order` {room_id} when somebody was put out, let back in or given a role.
 */

import { untilAnswered, untilCalm } from './again.js'
import { Event as Told, Request } from './protocol.js'

/** @typedef {import('./protocol.js').Member} Member */
/** @typedef {import('./protocol.js').BannedUser} BannedUser */
/** @typedef {import('./protocol.js').RoomBot} RoomBot */
/** @typedef {{room_id: string, user_id: string, reason?: string}} Sentence */

const ORDERLY = new Set(['kick', 'ban', 'unban', 'role'])

export class Members extends EventTarget {
  #doors
  #rooms = /** @type {Map<string, Member[]>} */ (new Map())
  #heard = 0

  /** @param {{socket: import('./socket.js').Socket, clock: import('./clock.js').Clock}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.socket.addEventListener(Told.RoomMemberEvent, (event) => this.#moved(/** @type {CustomEvent} */ (event).detail))
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
      const ask = () => this.#ask(Request.RoomMembers, { room_id })
      const { members } = await untilCalm(() => untilAnswered(ask, this.#doors), () => this.#heard)
      this.#rooms.set(room_id, members)
      this.#tell('change', room_id)
    } catch {
      // not a member any more, or no connection: then the room's own view says so
    }
  }

  /**
   * They may come back.
   * @param {Sentence} sentence
   */
  kick(sentence) {
    return this.#ask(Request.RoomKick, spoken(sentence))
  }

  /** @param {Sentence} sentence */
  ban(sentence) {
    return this.#ask(Request.RoomBan, spoken(sentence))
  }

  /** @param {Sentence} sentence */
  unban(sentence) {
    return this.#ask(Request.RoomUnban, spoken(sentence))
  }

  /**
   * @param {string} room_id
   * @param {string} user_id
   * @param {Member['role']} role
   */
  setRole(room_id, user_id, role) {
    return this.#ask(Request.RoomSetRole, { room_id, user_id, role })
  }

  /**
   * For moderators; raises a Refusal for others.
   * @param {string} room_id
   * @returns {Promise<BannedUser[]>}
   */
  async bans(room_id) {
    return (await this.#ask(Request.RoomBans, { room_id })).bans
  }

  /**
   * The bots that are not in the room; for moderators.
   * @param {string} room_id
   * @returns {Promise<RoomBot[]>}
   */
  async botsOutside(room_id) {
    return (await this.#ask(Request.RoomBots, { room_id })).bots.filter((/** @type {RoomBot} */ bot) => !bot.in_room)
  }

  /**
   * @param {string} room_id
   * @param {string} user_id
   */
  addBot(room_id, user_id) {
    return this.#ask(Request.RoomAddBot, { room_id, user_id })
  }

  /** @param {string} room_id */
  forget(room_id) {
    this.#rooms.delete(room_id)
  }

  reset() {
    this.#rooms.clear()
  }

  /** @param {import('./protocol.js').RoomMemberEvent} event */
  #moved({ room_id, kind }) {
    this.#heard++
    if (this.#rooms.has(room_id)) void this.load(room_id)
    if (ORDERLY.has(kind)) this.#tell('order', room_id)
  }

  /**
   * @param {string} t
   * @param {object} body
   */
  #ask(t, body) {
    return this.#doors.socket.ask(t, body)
  }

  /**
   * @param {string} type
   * @param {string} room_id
   */
  #tell(type, room_id) {
    this.dispatchEvent(new CustomEvent(type, { detail: { room_id } }))
  }
}

/**
 * A reason that is blank is none.
 * @param {Sentence} sentence
 */
const spoken = ({ room_id, user_id, reason = '' }) => ({ room_id, user_id, reason: reason.trim() || null })
