/**
 * Calling me when something is said that I do not see: a line on the desktop and a sound, as my levels allow. Never for my own words, nor
 * for what any of my tabs shows. One tab calls: the one that holds the lock and is connected. A tab that shows a room holds a lock
 * of that name, so the caller knows, and a tab that dies leaves nothing behind. Without locks (plain HTTP) there are no
 * desktop lines either, and each tab speaks for itself.
 */

import { summary } from './markdown.js'

const CALLER = 'dcc/alerts'
const LOOKING = 'dcc/looking/'
const QUIET_MS = 1_500
const BODY = 160

/** @typedef {{title: string, body: string, tag: string, open: () => void}} Call */
/**
 * @typedef {object} Desk
 * @property {() => boolean} looking whether the page is on screen
 * @property {(call: Call) => {close: () => void} | null} call
 * @property {(kind: 'mention' | 'message') => void} sound
 * @property {() => 'granted' | 'denied' | 'default' | 'missing'} leave
 * @property {() => Promise<boolean>} ask for that leave
 */
/** @typedef {import('./protocol.js').Msg} Msg */

/** @type {Desk} */
export const NO_DESK = { looking: () => true, call: () => null, sound: () => {}, leave: () => 'missing', ask: async () => false }

export class Alerts {
  #doors
  #calls = false
  #shown = ''
  #giveUp = () => {}
  #lookAway = () => {}
  #sounded = -Infinity
  #open = /** @type {Map<string, {seq: number, line: {close: () => void}}>} */ (new Map())

  /**
   * @param {Pick<import('./app.js').Nouns, 'messages' | 'rooms' | 'session' | 'here' | 'levels' | 'presence' | 'socket' | 'clock'>
   *   & {locks: LockManager | undefined, desk: Desk}} doors
   */
  constructor(doors) {
    this.#doors = doors
    const { messages, rooms, here, socket } = doors
    messages.addEventListener('said', (event) => {
      const { room_id, msg } = /** @type {CustomEvent} */ (event).detail
      void this.#said(room_id, msg)
    })
    rooms.addEventListener('change', () => this.#closeRead())
    here.addEventListener('change', () => this.look())
    socket.addEventListener('state', () => this.#stand())
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

  /** Only who is connected hears anything, so only they can call. */
  #stand() {
    const { socket, locks } = this.#doors
    if (!locks) return void (this.#calls = socket.live)
    this.#giveUp()
    this.#calls = false
    this.#giveUp = socket.live ? hold(locks, CALLER, { mode: 'exclusive' }, () => (this.#calls = true)) : () => {}
  }

  /**
   * @param {string} room_id
   * @param {Msg} msg
   */
  async #said(room_id, msg) {
    const why = this.#why(room_id, msg)
    if (!why || !this.#calls || (await this.#seen(room_id))) return
    const { levels, rooms } = this.#doors
    const { desktop, sound, dnd } = levels.ways
    if (dnd || (rooms.get(room_id)?.read_seq ?? 0) >= msg.seq) return
    if (sound) this.#sound(why)
    if (desktop) this.#call(room_id, msg)
  }

  /**
   * @param {string} room_id
   * @param {Msg} msg
   * @returns {'mention' | 'message' | ''}
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

  /** @param {'mention' | 'message'} why */
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
    const { presence, rooms, desk, here } = this.#doors
    const line = desk.call({
      title: `${presence.nameOf(user_id, user_handle)} in ${rooms.get(room_id)?.name ?? ''}`,
      body: summary(text, BODY),
      tag: room_id,
      open: () => here.open(room_id, seq),
    })
    if (line) this.#open.set(room_id, { seq, line })
  }

  /** What has been read, here or elsewhere, calls no more. */
  #closeRead() {
    for (const [room_id, { seq, line }] of this.#open) {
      const room = this.#doors.rooms.get(room_id)
      if (room?.joined && room.read_seq < seq) continue
      line.close()
      this.#open.delete(room_id)
    }
  }
}

/**
 * @param {LockManager} locks
 * @param {string} name
 * @param {{mode: 'shared' | 'exclusive'}} how
 * @param {() => void} [held]
 * @returns {() => void} lets go, or waits no longer
 */
function hold(locks, name, { mode }, held = () => {}) {
  const over = new AbortController()
  const work = () =>
    new Promise((resolve) => {
      if (over.signal.aborted) return resolve(undefined)
      over.signal.addEventListener('abort', resolve)
      held()
    })
  locks.request(name, { mode, signal: over.signal }, work).catch(() => {}) // called off while it waited
  return () => over.abort()
}
