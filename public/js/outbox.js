/**
 * What I have written and the server has not acknowledged. Kept on the shelf, one key a message, so that two tabs can add at
 * once and a reload loses nothing; sent first in, first out per room by one tab at a time. Every try carries the same
 * client_msg_id, so a message whose answer was lost is not posted twice. What is posted leaves the shelf with a word to the other tabs,
 * and each goes on showing it until its event is there.
 *
 * Tells `change` {room_id}, and before it `added` {room_id} when I have written something here.
 */

import { pause } from './clock.js'
import { Posted } from './posted.js'
import { Request } from './protocol.js'
import { refusal } from './refusal.js'

const SLOWEST_MS = 8_000

/** @typedef {{client_msg_id: string, room_id: string, text: string, ts: number, seq?: number, reply_to_msg_id?: string, mentions?: string[]}} Draft */
/**
 * @typedef {Draft & {key: string, failed: string, kept: boolean, tried?: boolean}} Item `failed` says why the server refused
 * it for good; one that was `tried` may be on disk there, although no answer came; one that has a `seq` is
 */

export class Outbox extends EventTarget {
  #doors
  #last = 0
  #sending = /** @type {Set<string>} */ (new Set())
  #unkept = /** @type {Set<string>} */ (new Set())
  #posted = new Posted()

  /**
   * @param {object} doors
   * @param {import('./socket.js').Socket} doors.socket
   * @param {import('./shelf.js').Shelf} doors.shelf
   * @param {import('./lease.js').Lease} doors.lease
   * @param {import('./clock.js').Clock} doors.clock
   * @param {() => string} doors.newId
   * @param {() => string} doors.user whose outbox it is now; empty for nobody's
   */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.socket.addEventListener('state', () => doors.socket.live && this.sendAll())
  }

  /**
   * @param {string} room_id
   * @param {string} text
   * @param {{reply_to_msg_id?: string, mentions?: string[]}} [more]
   * @returns {Item}
   */
  add(room_id, text, more = {}) {
    const client_msg_id = this.#doors.newId()
    this.#last = Math.max(this.#doors.clock.now(), this.#last + 1)
    const key = `${this.#place(room_id)}${String(this.#last).padStart(16, '0')}_${client_msg_id}`
    const draft = { client_msg_id, room_id, text: wellFormed(text), ts: this.#last, ...more }
    if (!this.#doors.shelf.put(key, draft)) this.#unkept.add(key)
    this.dispatchEvent(new CustomEvent('added', { detail: { room_id } }))
    this.#tell(room_id)
    void this.send(room_id)
    return { ...draft, key, failed: '', kept: !this.#unkept.has(key) }
  }

  /**
   * What has to be shown behind the timeline; also what is posted, until it is there.
   * @param {string} room_id
   * @returns {Item[]} in order
   */
  waiting(room_id) {
    const place = this.#place(room_id)
    const posted = this.#posted.at(place)
    const unsent = this.#read(place)
    return posted.length ? [...unsent, ...posted].sort((one, other) => (one.key < other.key ? -1 : 1)) : unsent
  }

  /** @returns {Item[]} of every room, failed ones too */
  all() {
    return this.#doors.user() ? this.#read(this.#place('')) : []
  }

  /**
   * A timeline has come further: what it holds by now, or has left behind, is not shown from here any more.
   * @param {string} room_id
   * @param {(item: Item) => boolean} holds
   */
  handOver(room_id, holds) {
    this.#posted.handOver(room_id, holds)
  }

  reset() {
    this.#posted.clear()
  }

  /** @param {Item} item */
  retry({ key, room_id }) {
    this.#change(key, { failed: '' })
    this.#tell(room_id)
    void this.send(room_id)
  }

  /** @param {Item} item */
  cancel({ key, room_id }) {
    this.#doors.shelf.remove(key)
    this.#tell(room_id)
  }

  /**
   * Only what the server surely does not have can still be written otherwise.
   * @param {Item} item
   */
  mayRewrite({ failed, tried }) {
    return Boolean(failed) || !tried
  }

  /**
   * @param {Item} item
   * @param {string} text
   */
  rewrite({ key, room_id }, text) {
    const item = this.waiting(room_id).find((one) => one.key === key)
    if (!item || !this.mayRewrite(item)) return
    this.#change(key, { text: wellFormed(text), failed: '', tried: false })
    this.#tell(room_id)
    void this.send(room_id)
  }

  sendAll() {
    for (const room_id of new Set(this.all().map((item) => item.room_id))) void this.send(room_id)
  }

  /**
   * Another tab has changed the shelf.
   * @param {string} key
   * @param {any} [written] what it put there, which may be gone again by now
   */
  heard(key, written) {
    const [user, outbox, room_id] = key.split('/')
    if (outbox !== 'outbox' || user !== this.#doors.user()) return
    const whole = isDraft(written) && written.room_id === room_id && Number.isSafeInteger(written.seq ?? 0)
    this.#posted.hear(key, whole ? written : undefined, this.#doors.shelf.get(key) === undefined)
    this.#tell(room_id ?? '')
  }

  /** @param {string} room_id */
  async send(room_id) {
    if (this.#sending.has(room_id) || !this.#wanted(room_id)) return
    this.#sending.add(room_id)
    try {
      await this.#doors.lease.held(this.#place(room_id), (keep) => this.#empty(room_id, keep), () => this.#wanted(room_id))
    } finally {
      this.#sending.delete(room_id)
    }
    if (this.#wanted(room_id)) void this.send(room_id) // added, or live again, in the last moment
  }

  /**
   * @param {string} room_id
   * @param {() => void} keep
   */
  async #empty(room_id, keep) {
    let tries = 0
    for (let item = this.#next(room_id); item && this.#doors.socket.live; item = this.#next(room_id)) {
      keep()
      const wait = await this.#try(item, tries)
      tries = wait ? tries + 1 : 0
      if (wait && this.#doors.socket.live) await pause(this.#doors.clock, wait)
    }
  }

  /**
   * @param {Item} item
   * @param {number} tries
   * @returns {Promise<number>} how long to wait before the next
   */
  async #try(item, tries) {
    const now = item.tried ? item : this.#change(item.key, { tried: true }) // from here on nobody writes it otherwise
    const { client_msg_id, room_id, text, reply_to_msg_id, mentions } = now ?? item
    try {
      const { seq } = await this.#doors.socket.ask(Request.MsgSend, { room_id, text, client_msg_id, reply_to_msg_id, mentions })
      this.#posted.put(item.key, { ...(now ?? item), seq })
      this.#change(item.key, { seq })
      this.#doors.shelf.remove(item.key)
      return 0
    } catch (error) {
      const { passing, waitMs, message } = refusal(error)
      if (passing) return waitMs || Math.min(SLOWEST_MS, 250 * 2 ** tries)
      this.#change(item.key, { failed: message, tried: false })
      return 0
    } finally {
      this.#tell(room_id)
    }
  }

  /** @param {string} room_id */
  #wanted(room_id) {
    return this.#doors.socket.live && Boolean(this.#next(room_id))
  }

  /** @param {string} room_id */
  #next(room_id) {
    return this.#read(this.#place(room_id)).find((item) => !item.failed)
  }

  /** @param {string} start */
  #read(start) {
    const { shelf } = this.#doors
    return shelf.keys(start).flatMap((key) => {
      const draft = shelf.get(key)
      return isDraft(draft) && !this.#posted.has(key) ? [{ failed: '', ...draft, key, kept: !this.#unkept.has(key) }] : []
    })
  }

  /**
   * @param {string} key
   * @param {object} change
   * @returns {Draft | undefined} as it is now
   */
  #change(key, change) {
    const draft = this.#doors.shelf.get(key)
    if (!draft) return
    const changed = { ...draft, ...change }
    this.#doors.shelf.put(key, changed)
    return changed
  }

  /** @param {string} room_id */
  #place(room_id) {
    return `${this.#doors.user()}/outbox/${room_id ? `${room_id}/` : ''}`
  }

  /** @param {string} room_id */
  #tell(room_id) {
    this.dispatchEvent(new CustomEvent('change', { detail: { room_id } }))
  }
}

/**
 * @param {any} draft
 * @returns {draft is Draft}
 */
const isDraft = (draft) => ['text', 'client_msg_id', 'room_id'].every((name) => typeof draft?.[name] === 'string')

/**
 * Half of a surrogate pair cannot travel as UTF-8.
 * @param {string} text
 */
const wellFormed = (text) => text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
