/**
 * Who is in a room, for the rooms that somebody looks at, and keeping order there. A mute ends by the clock, without a word.
 *
 * Tells `change` {room_id}, and `order` {room_id} when somebody was put out, let back in or given a role.
 */

import { untilAnswered, untilCalm } from './again.js'
import { Event as Told, Request } from './protocol.js'

/** @typedef {import('./protocol.js').Member} Member */
/** @typedef {import('./protocol.js').BannedUser} BannedUser */
/** @typedef {import('./protocol.js').RoomBot} RoomBot */
/** @typedef {{room_id: string, user_id: string, reason?: string}} Sentence */

const DAY_MS = 24 * 60 * 60 * 1000
const ORDERLY = new Set(['kick', 'ban', 'unban', 'role'])

export class Members extends EventTarget {
  #doors
  #rooms = /** @type {Map<string, Member[]>} */ (new Map())
  #heard = 0
  #asleep = () => {}

  /** @param {{socket: import('./socket.js').Socket, clock: import('./clock.js').Clock}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.socket.addEventListener(Told.RoomMemberEvent, (event) => this.#moved(/** @type {CustomEvent} */ (event).detail))
    doors.socket.addEventListener(Told.RoomMuted, (event) => this.#muted(/** @type {CustomEvent} */ (event).detail))
  }

  /**
   * @param {string} room_id
   * @returns {Member[]}
   */
  of(room_id) {
    return this.#rooms.get(room_id) ?? []
  }

  /**
   * Until when they may only read there; 0 for whoever may write.
   * @param {string} room_id
   * @param {string | undefined} user_id
   */
  mutedUntil(room_id, user_id) {
    const until = this.of(room_id).find((member) => member.user_id === user_id)?.muted_until ?? 0
    return until > this.#doors.clock.now() ? until : 0
  }

  /**
   * Leaves what was known when there is no answer.
   * @param {string} room_id
   */
  async load(room_id) {
    try {
      const ask = () => this.#ask(Request.RoomMembers, { room_id })
      const { members } = await untilCalm(() => untilAnswered(ask, this.#doors), () => this.#heard)
      this.#set(room_id, members)
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

  /**
   * @param {Sentence} sentence
   * @param {number} ttl_ms
   */
  mute(sentence, ttl_ms) {
    return this.#ask(Request.RoomMute, { ...spoken(sentence), ttl_ms })
  }

  /** @param {Sentence} sentence */
  unmute(sentence) {
    return this.#ask(Request.RoomUnmute, spoken(sentence))
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
    this.#asleep()
  }

  /** @param {import('./protocol.js').RoomMemberEvent} event */
  #moved({ room_id, kind }) {
    this.#heard++
    if (this.#rooms.has(room_id)) void this.load(room_id)
    if (ORDERLY.has(kind)) this.#tell('order', room_id)
  }

  /** @param {import('./protocol.js').RoomMuted} event */
  #muted({ room_id, target_user_id, until }) {
    this.#heard++
    const members = this.#rooms.get(room_id)
    if (members) this.#set(room_id, members.map((member) => (member.user_id === target_user_id ? { ...member, muted_until: until } : member)))
  }

  /**
   * @param {string} room_id
   * @param {Member[]} members
   */
  #set(room_id, members) {
    this.#rooms.set(room_id, members)
    this.#tell('change', room_id)
    this.#wait()
  }

  /** Until the next of them may write again; a day at most, for a browser's timer cannot wait for a month. */
  #wait() {
    this.#asleep()
    const { clock } = this.#doors
    const now = clock.now()
    const next = Math.min(...[...this.#rooms.values()].flat().flatMap(({ muted_until = 0 }) => (muted_until > now ? [muted_until] : [])))
    this.#asleep = next === Infinity ? () => {} : clock.after(Math.min(next - now, DAY_MS), () => this.#woken())
  }

  #woken() {
    for (const room_id of this.#rooms.keys()) this.#tell('change', room_id)
    this.#wait()
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
