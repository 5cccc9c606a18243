/**
 * Looking for what was said. The newest question wins: an answer that comes later than the next question is thrown away. One room gives
 * page after page; all rooms at once give the newest only, and who wants more looks in one of them.
 *
 * Tells `change`.
 */

import { Request } from './protocol.js'
import { refusal } from './refusal.js'

const PAGE = 25
const MOST = 50

/** @typedef {import('./protocol.js').Hit} Hit */

export class Search extends EventTarget {
  #socket
  #asked = 0
  #limit = PAGE
  q = ''
  /** The room that was looked through; empty for all. */
  room_id = ''
  busy = false
  /** Not all was looked through: the time was over. */
  partial = false
  /** There may be older ones. */
  more = false
  hits = /** @type {Hit[]} */ ([])
  problem = ''

  /** @param {{socket: import('./socket.js').Socket}} doors */
  constructor({ socket }) {
    super()
    this.#socket = socket
  }

  /**
   * @param {string} q
   * @param {string} [room_id]
   */
  async look(q, room_id = '') {
    this.#limit = PAGE
    this.#set({ q, room_id, hits: [], more: false, partial: false })
    await this.#ask([])
  }

  /** Goes on where the last page ended; what failed can be asked again so too. */
  async next() {
    if (this.busy || !this.q) return
    if (!this.room_id) this.#limit = MOST
    await this.#ask(this.room_id ? this.hits : [])
  }

  /** Whether all rooms have given all that they give at once. */
  get full() {
    return !this.room_id && this.hits.length >= MOST
  }

  reset() {
    this.#asked++
    this.#set({ q: '', room_id: '', busy: false, partial: false, more: false, hits: [], problem: '' })
  }

  /** @param {Hit[]} before */
  async #ask(before) {
    const turn = ++this.#asked
    const { q, room_id } = this
    this.#set({ busy: true, problem: '' })
    const scope = room_id ? { kind: 'room', room_id } : { kind: 'all' }
    const limit = this.#limit
    const last = before.at(-1)
    try {
      const { hits, partial = false } = await this.#socket.ask(Request.SearchQuery, { scope, q, limit, ...(last && { before_seq: last.seq }) })
      if (turn !== this.#asked) return
      this.#set({ hits: [...before, ...hits], partial, busy: false, more: room_id ? partial || hits.length >= limit : hits.length >= limit && limit < MOST })
    } catch (error) {
      if (turn === this.#asked) this.#set({ busy: false, problem: refusal(error).message })
    }
  }

  /** @param {Partial<Search>} news */
  #set(news) {
    Object.assign(this, news)
    this.dispatchEvent(new CustomEvent('change'))
  }
}
