/** The rooms that the bot may see, by id and by name, with their topics; and entering those that it is told to. */

import { Refusal } from './link.mjs'

const ROOM_ID = /^[rg]_[a-z0-9]{1,40}$/

/** @typedef {import('./link.mjs').Link} Link */
/** @typedef {import('./reading.mjs').Listed & {name: string, topic: string, kind: string}} Room */

export class Places {
  #rooms = /** @type {Map<string, Room>} */ (new Map())
  #tried = /** @type {Set<string>} */ (new Set())
  #log

  /** @param {{warn: (line: string) => void}} log */
  constructor(log) {
    this.#log = log
  }

  /** @returns {Room[]} */
  get all() {
    return [...this.#rooms.values()]
  }

  get entered() {
    return this.all.filter((room) => room.joined)
  }

  /** @param {Link} link */
  async list(link) {
    const { rooms } = await link.insist('room.list')
    this.#rooms = new Map(rooms.map((/** @type {Room} */ room) => [room.room_id, room]))
  }

  /**
   * Be in all rooms that were named. What cannot be entered is told, and left out. Answers with the ids of those that are new.
   * @param {Link} link
   * @param {{rooms: string[], invites: string[]}} wanted
   */
  async enter(link, { rooms, invites }) {
    await this.list(link)
    const before = new Set(this.entered.map((room) => room.room_id))
    for (const name of rooms) await this.#join(link, name)
    for (const invite_token of invites) if (!this.#tried.has(invite_token)) await this.#redeem(link, invite_token)
    if (rooms.length || invites.length) await this.list(link)
    return new Set(this.entered.map((room) => room.room_id).filter((room_id) => !before.has(room_id)))
  }

  /**
   * Throws Refusal when there is no such room, or more than one.
   * @param {Link} link
   * @param {string} room an id, or a name with or without #
   */
  async idOf(link, room) {
    if (ROOM_ID.test(room)) return room
    const found = this.#named(room, this.entered)
    if (found.length !== 1) await this.list(link)
    const [one, other] = found.length === 1 ? found : this.#named(room, this.entered)
    if (!one) throw new Refusal({ code: 'NOT_FOUND', message: `this bot is in no room called ${room}` })
    if (other) throw new Refusal({ code: 'CONFLICT', message: `this bot is in more than one room called ${room}: say the id` })
    return one.room_id
  }

  /**
   * Whether the topic is another one than before.
   * @param {{room_id: string, name: string, topic: string}} update
   */
  updated({ room_id, name, topic }) {
    const room = this.#rooms.get(room_id)
    if (!room) return false
    this.#rooms.set(room_id, { ...room, name, topic })
    return room.topic !== topic
  }

  /** @param {string} room_id */
  forget(room_id) {
    this.#rooms.delete(room_id)
  }

  /**
   * @param {Link} link
   * @param {string} name
   */
  async #join(link, name) {
    const found = ROOM_ID.test(name) ? [{ room_id: name }] : this.#named(name, this.all.filter((room) => room.kind === 'public'))
    if (found.length !== 1) return this.#log.warn(`devchitchat: ${found.length} public rooms are called ${name}; not entered`)
    await link.insist('room.join', { room_id: found[0]?.room_id }).catch((error) => this.#unable(name, error))
  }

  /**
   * Once in a life: it may have been good for one time.
   * @param {Link} link
   * @param {string} invite_token
   */
  async #redeem(link, invite_token) {
    await link.insist('room.invite_redeem', { invite_token }).catch((error) => this.#unable('an invite of HUBOT_DEVCHITCHAT_INVITES', error))
    this.#tried.add(invite_token)
  }

  /**
   * @param {string} what
   * @param {Error} error
   */
  #unable(what, error) {
    if (!(error instanceof Refusal)) throw error
    this.#log.warn(`devchitchat: cannot enter ${what}: ${error.message}`)
  }

  /**
   * @param {string} name
   * @param {Room[]} among
   */
  #named(name, among) {
    const wanted = name.replace(/^#/, '')
    const same = among.filter((room) => room.name === wanted)
    return same.length ? same : among.filter((room) => room.name.toLowerCase() === wanted.toLowerCase())
  }
}
