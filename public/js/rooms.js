/**
 * The rooms that I may see, and what I do with them. The list comes from the server whenever the connection does; events keep
 * it true in between.
 *
 * Tells `change`, and `left` {room_id} when a room is no longer mine.
 */

import { untilAnswered, untilCalm } from './again.js'
import { Event as Told, Request } from './protocol.js'

/** @typedef {import('./protocol.js').ListedRoom} Room */
/** @typedef {import('./protocol.js').RoomMemberEvent} MemberEvent */

export class Rooms extends EventTarget {
  #doors
  #rooms = /** @type {Map<string, Room>} */ (new Map())
  #heard = 0
  /** Whether the server has told us since the connection came. */
  loaded = false

  /**
   * @param {object} doors
   * @param {import('./socket.js').Socket} doors.socket
   * @param {import('./cache.js').Cache} doors.cache
   * @param {import('./clock.js').Clock} doors.clock
   * @param {import('./session.js').Session} doors.session
   */
  constructor(doors) {
    super()
    this.#doors = doors
    for (const room of doors.cache.rooms()) this.#rooms.set(room.room_id, room)
    doors.socket.addEventListener('state', () => {
      this.loaded = false
      if (doors.socket.live) void this.load()
    })
    for (const [t, hear] of this.#hearers()) {
      doors.socket.addEventListener(t, (event) => hear(/** @type {CustomEvent} */ (event).detail))
    }
  }

  /** @returns {Room[]} mine first, each part by name */
  all() {
    const order = (/** @type {Room} */ one, /** @type {Room} */ other) =>
      Number(other.joined) - Number(one.joined) || one.name.localeCompare(other.name) || one.room_id.localeCompare(other.room_id)
    return [...this.#rooms.values()].sort(order)
  }

  /** @param {string} room_id */
  get(room_id) {
    return this.#rooms.get(room_id)
  }

  /** @param {string} room_id */
  mine(room_id) {
    return this.#rooms.get(room_id)?.joined ?? false
  }

  /** Asks for the list, and says nothing when the connection breaks meanwhile: it is asked for again when it is back. */
  async load() {
    try {
      const ask = () => this.#ask(Request.RoomList)
      const { rooms } = await untilCalm(() => untilAnswered(ask, this.#doors), () => this.#heard)
      this.#replace(rooms)
      this.loaded = true
      this.#changed()
    } catch {
      // the next connection asks anew
    }
  }

  /**
   * @param {{kind: 'public'|'group', name: string, topic?: string, visibility?: 'hidden'|'discoverable'}} wanted
   * @returns {Promise<string>} the new room's id
   */
  async create(wanted) {
    const { room } = await this.#ask(Request.RoomCreate, wanted)
    await this.load()
    return room.room_id
  }

  /** @param {string} room_id */
  async join(room_id) {
    await this.#ask(Request.RoomJoin, { room_id })
    await this.load()
  }

  /** @param {string} room_id */
  async leave(room_id) {
    await this.#ask(Request.RoomLeave, { room_id })
    await this.load()
  }

  /**
   * For moderators; what is left out stays.
   * @param {string} room_id
   * @param {{name?: string, topic?: string, retention_days?: number}} change
   */
  async update(room_id, change) {
    this.#updated(await this.#ask(Request.RoomUpdate, { room_id, ...change }))
  }

  /**
   * For owners: the room is gone for everybody.
   * @param {string} room_id
   */
  async remove(room_id) {
    await this.#ask(Request.RoomDelete, { room_id })
    await this.load()
  }

  /**
   * @param {string} invite_token
   * @returns {Promise<string>} the room it leads into
   */
  async redeem(invite_token) {
    const { room_id } = await this.#ask(Request.RoomInviteRedeem, { invite_token })
    await this.load()
    return room_id
  }

  /**
   * I have read this far, whoever says so.
   * @param {string} room_id
   * @param {number} seq
   */
  read(room_id, seq) {
    const room = this.#rooms.get(room_id)
    if (!room || seq <= room.read_seq) return
    const all = seq >= room.last_seq
    this.#set({ ...room, read_seq: seq, unread_mentions: all ? 0 : room.unread_mentions })
    if (!all && room.unread_mentions) this.#reload()
  }

  reset() {
    this.#rooms.clear()
    this.loaded = false
    this.#changed()
  }

  /** @returns {Array<[string, (body: any) => void]>} */
  #hearers() {
    return [
      [Told.RoomCreated, () => this.#reload()],
      [Told.RoomUpdated, (body) => this.#updated(body)],
      [Told.RoomDeleted, () => this.#reload()],
      [Told.RoomMemberEvent, (body) => this.#moved(body)],
      [Told.MsgEvent, ({ room_id, msg }) => this.#said(room_id, msg)],
      [Told.MsgReadEvent, ({ room_id, user_id, up_to_seq }) => user_id === this.#me && this.read(room_id, up_to_seq)],
      [Told.RtcCallEvent, ({ room_id, call_id, event }) => this.#called(room_id, call_id, event === 'created' ? null : [])],
      [Told.RtcCallRoster, ({ room_id, call_id, user_ids }) => this.#called(room_id, call_id, user_ids)],
    ]
  }

  /**
   * Its call, and who is in it; a call without anybody is over.
   * @param {string} room_id
   * @param {string} call_id
   * @param {string[] | null} call_user_ids null: as far as we know them
   */
  #called(room_id, call_id, call_user_ids) {
    const room = this.#rooms.get(room_id)
    const running = room?.call_id === call_id
    if (!room || (!running && call_user_ids?.length === 0)) return
    this.#heard++
    const known = running ? (room.call_user_ids ?? []) : []
    this.#set({ ...room, call_id: call_user_ids?.length === 0 ? null : call_id, call_user_ids: call_user_ids ?? known })
  }

  get #me() {
    return this.#doors.session.user?.user_id
  }

  /** @param {import('./protocol.js').RoomUpdated} update */
  #updated({ room_id, name, topic, retention_days }) {
    this.#heard++
    const room = this.#rooms.get(room_id)
    if (room) this.#set({ ...room, name, topic, retention_days })
  }

  /** @param {MemberEvent} event */
  #moved({ room_id, kind, target_user_id }) {
    const room = this.#rooms.get(room_id)
    const step = kind === 'join' ? 1 : kind === 'leave' || kind === 'kick' ? -1 : 0
    if (target_user_id === this.#me || !room || !step) return this.#reload()
    this.#heard++
    this.#set({ ...room, member_count: Math.max(0, room.member_count + step) })
  }

  /**
   * @param {string} room_id
   * @param {import('./protocol.js').Msg} msg
   */
  #said(room_id, { seq, user_id, mentions }) {
    const room = this.#rooms.get(room_id)
    if (!room || seq <= room.last_seq) return
    const calls = user_id !== this.#me && (mentions ?? []).includes(this.#me ?? '')
    this.#set({ ...room, last_seq: seq, unread_mentions: (room.unread_mentions ?? 0) + Number(calls) })
  }

  #reload() {
    this.#heard++
    void this.load()
  }

  /** @param {Room[]} rooms */
  #replace(rooms) {
    const before = this.#rooms
    this.#rooms = new Map(rooms.map((room) => [room.room_id, newest(room, before.get(room.room_id))]))
    for (const [room_id, { joined }] of before) if (joined && !this.mine(room_id)) this.#tell('left', { room_id })
  }

  /** @param {Room} room */
  #set(room) {
    this.#rooms.set(room.room_id, room)
    this.#changed()
  }

  #changed() {
    this.#doors.cache.keepRooms([...this.#rooms.values()])
    this.#tell('change', null)
  }

  /**
   * @param {string} t
   * @param {object} [body]
   */
  #ask(t, body) {
    return this.#doors.socket.ask(t, body)
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

/**
 * Seqs only grow, and an event may have been quicker than the list.
 * @param {Room} listed
 * @param {Room | undefined} known
 * @returns {Room}
 */
function newest(listed, known) {
  if (!known?.joined || !listed.joined) return listed
  return { ...listed, last_seq: Math.max(listed.last_seq, known.last_seq), read_seq: Math.max(listed.read_seq, known.read_seq) }
}
