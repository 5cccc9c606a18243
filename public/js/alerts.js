/**
 * Calling me when something is said that I do not see: a line on the desktop and a sound, as my levels allow; one for all that was said
 * while I was away. Never for my own words, nor for what any of my tabs shows. One tab calls (caller.js). A tab that shows a room holds a
 * lock of that name, so the caller knows, and a tab that dies leaves nothing behind.
 */

import { inWords } from './absence.js'
import { Caller, hold } from './caller.js'
import { summary } from './markdown.js'

const LOOKING = 'dcc/looking/'
const QUIET_MS = 1_500
const BODY = 160
const AWAY = 'away'

/** @typedef {{title: string, body: string, tag: string, room_id: string, seq: number, open: () => void}} Call */
/** @typedef {{close: () => void}} Line */
/** @typedef {{room_id: string, seq: number}} Spot */
/**
 * @typedef {object} Desk
 * @property {() => boolean} looking whether the page is on screen
 * @property {(call: Call) => Line | null} call
 * @property {() => Promise<Array<Spot & Line & {tag: string}>>} standing what an earlier page has left there
 * @property {(kind: 'mention' | 'message' | 'join' | 'leave' | 'call') => void} sound the last three are of calls
 * @property {() => 'granted' | 'denied' | 'default' | 'missing'} leave
 * @property {() => Promise<boolean>} ask for that leave
 */
/** @typedef {import('./protocol.js').Msg} Msg */
/** @typedef {'mention' | 'message'} Why */
/** @typedef {Spot & {why: Why, count: number, more: boolean, newest: Msg}} Waiting */

/** @type {Desk} */
export const NO_DESK = { looking: () => true, call: () => null, standing: async () => [], sound: () => {}, leave: () => 'missing', ask: async () => false }

export class Alerts {
  #doors
  #caller
  #shown = ''
  #lookAway = () => {}
  #sounded = -Infinity
  #open = /** @type {Map<string, {spots: Spot[], line: Line}>} */ (new Map())
  #adopted = false

  /**
   * @param {Pick<import('./app.js').Nouns, 'messages' | 'rooms' | 'session' | 'here' | 'levels' | 'presence' | 'socket' | 'clock' | 'absence'>
   *   & {locks: LockManager | undefined, desk: Desk}} doors
   */
  constructor(doors) {
    this.#doors = doors
    const { messages, rooms, here, socket, absence, locks } = doors
    this.#caller = new Caller(locks)
    messages.addEventListener('said', (event) => {
      const { room_id, msg } = /** @type {CustomEvent} */ (event).detail
      void this.#said(room_id, msg)
    })
    absence.addEventListener('back', (event) => void this.#back(/** @type {CustomEvent} */ (event).detail.missed))
    rooms.addEventListener('change', () => {
      this.#closeRead()
      if (rooms.loaded) void this.#adopt()
    })
    here.addEventListener('change', () => this.look())
    socket.addEventListener('state', () => this.#caller.stand(socket.live))
  }

  /** What is on screen may have changed. */
  look() {
    const { here, desk, locks } = this.#doors
    const shown = desk.looking() ? here.room_id : ''
    if (shown === this.#shown) return
    this.#shown = shown
    this.#lookAway()
    this.#lookAway = locks && shown ? hold(locks, LOOKING + shown, { mode: 'shared' }) : () => {}
  }

  /**
   * Whether this tab is to call for something in a room: no other one does, and nobody sees it.
   * @param {string} room_id
   */
  async mayCall(room_id) {
    return (await this.#caller.isMe()) && !(await this.#seen(room_id))
  }

  /**
   * @param {string} room_id
   * @param {Msg} msg
   */
  async #said(room_id, msg) {
    const why = this.#why(room_id, msg)
    if (!why || !(await this.mayCall(room_id))) return
    if ((this.#doors.rooms.get(room_id)?.read_seq ?? 0) >= msg.seq) return
    this.#tell(why, () => this.#call(room_id, msg))
  }

  /**
   * All that I missed, in one call.
   * @param {import('./absence.js').Missed[]} missed
   */
  async #back(missed) {
    if (!(await this.#caller.isMe())) return
    const all = /** @type {Waiting[]} */ ([])
    for (const one of missed) {
      const waiting = this.#weigh(one)
      if (waiting && !(await this.#seen(one.room_id))) all.push(waiting)
    }
    if (!all.length) return
    this.#tell(all.some(({ why }) => why === 'mention') ? 'mention' : 'message', () => this.#callAll(all))
  }

  /**
   * @param {import('./absence.js').Missed} missed
   * @returns {Waiting | null}
   */
  #weigh({ room_id, msgs, more }) {
    const read = this.#doors.rooms.get(room_id)?.read_seq ?? 0
    const unread = msgs.filter(({ seq, deleted_at }) => seq > read && !deleted_at)
    const mentions = unread.filter((msg) => this.#why(room_id, msg) === 'mention')
    const [why, calling] = mentions.length ? [/** @type {const} */ ('mention'), mentions] : [/** @type {const} */ ('message'), unread.filter((msg) => this.#why(room_id, msg))]
    const newest = calling.at(-1)
    return newest ? { room_id, seq: newest.seq, why, count: calling.length, more, newest } : null
  }

  /**
   * @param {Why} why
   * @param {() => void} call
   */
  #tell(why, call) {
    const { desktop, sound, dnd } = this.#doors.levels.ways
    if (dnd) return
    if (sound) this.#sound(why)
    if (desktop) call()
  }

  /**
   * @param {string} room_id
   * @param {Msg} msg
   * @returns {Why | ''}
   */
  #why(room_id, { user_id, mentions = [], reply_to_msg_id }) {
    const { rooms, session, levels, messages } = this.#doors
    const [room, me] = [rooms.get(room_id), session.user?.user_id]
    if (!room?.joined || !me || user_id === me) return ''
    const level = levels.of(room)
    const answersMe = reply_to_msg_id ? messages.timeline(room_id).find(reply_to_msg_id)?.user_id === me : false
    if (level === 'none') return ''
    if (mentions.includes(me) || answersMe) return 'mention'
    return level === 'all' ? 'message' : ''
  }

  /** @param {string} room_id */
  async #seen(room_id) {
    this.look()
    if (this.#shown === room_id) return true
    const held = (await this.#doors.locks?.query().catch(() => null))?.held ?? []
    return held.some(({ name }) => name === LOOKING + room_id)
  }

  /** @param {Why} why */
  #sound(why) {
    const { clock, desk } = this.#doors
    if (clock.now() - this.#sounded < QUIET_MS) return
    this.#sounded = clock.now()
    desk.sound(why)
  }

  /**
   * One line a room: the newest.
   * @param {string} room_id
   * @param {Msg} msg
   */
  #call(room_id, { user_id, user_handle, seq, text }) {
    const { presence, rooms } = this.#doors
    const title = `${presence.nameOf(user_id, user_handle)} in ${rooms.get(room_id)?.name ?? ''}`
    this.#show({ title, body: summary(text, BODY), tag: room_id }, [{ room_id, seq }])
  }

  /** @param {Waiting[]} all */
  #callAll(all) {
    const { rooms, presence } = this.#doors
    const [first] = all
    if (!first) return
    const { room_id, count, more, newest } = first
    if (all.length === 1 && count === 1 && !more) return this.#call(room_id, newest)
    const lines = all.map((one) => inWords({ ...one, name: rooms.get(one.room_id)?.name ?? '' }))
    const last = `${presence.nameOf(newest.user_id, newest.user_handle)}: ${summary(newest.text, BODY)}`
    const said = all.length === 1 ? { title: lines[0] ?? '', body: last, tag: room_id } : { title: 'While you were away', body: lines.join('\n'), tag: AWAY }
    this.#show(said, all)
  }

  /**
   * @param {{title: string, body: string, tag: string}} said
   * @param {Spot[]} spots the first is where it leads; it goes when all are read
   */
  #show(said, spots) {
    const { desk, here } = this.#doors
    const { room_id = '', seq = 0 } = spots[0] ?? {}
    const line = desk.call({ ...said, room_id, seq, open: () => here.open(room_id, seq) })
    if (line) this.#open.set(said.tag, { spots, line })
  }

  /** What has been read, here or elsewhere, calls no more. */
  #closeRead() {
    const { rooms } = this.#doors
    for (const [tag, { spots, line }] of this.#open) {
      if (spots.some(({ room_id, seq }) => rooms.get(room_id)?.joined && (rooms.get(room_id)?.read_seq ?? 0) < seq)) continue
      line.close()
      this.#open.delete(tag)
    }
  }

  /** A phone keeps lines of a page that it has long ended: they too go when they are read. */
  async #adopt() {
    if (this.#adopted) return
    this.#adopted = true
    for (const line of await this.#doors.desk.standing()) if (!this.#open.has(line.tag)) this.#open.set(line.tag, { spots: [line], line })
    this.#closeRead()
  }
}
