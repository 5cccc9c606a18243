/**
 * Looking for what was said. The newest question wins: an answer that comes later than the next question is thrown away.
 *
 * Tells `change`.
 */

import { Request } from './protocol.js'
import { refusal } from './refusal.js'

/** @typedef {import('./protocol.js').Hit} Hit */

export class Search extends EventTarget {
  #socket
  #asked = 0
  q = ''
  /** The room that was looked through; empty for all. */
  room_id = ''
  busy = false
  partial = false
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
    const turn = ++this.#asked
    this.#set({ q, room_id, busy: true, problem: '' })
    const scope = room_id ? { kind: 'room', room_id } : { kind: 'all' }
    try {
      const { hits, partial = false } = await this.#socket.ask(Request.SearchQuery, { scope, q })
      if (turn === this.#asked) this.#set({ hits, partial, busy: false })
    } catch (error) {
      if (turn === this.#asked) this.#set({ hits: [], partial: false, busy: false, problem: refusal(error).message })
    }
  }

  reset() {
    this.#asked++
    this.#set({ q: '', room_id: '', busy: false, partial: false, hits: [], problem: '' })
  }

  /** @param {Partial<Search>} news */
  #set(news) {
    Object.assign(this, news)
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/**
 * A snippet in pieces, found ones marked. Ranges that make no sense are left out rather than believed.
 * @param {Hit} hit
 * @returns {Array<{text: string, found: boolean}>}
 */
export function pieces({ snippet, ranges }) {
  const found = []
  let at = 0
  for (const [start = 0, end = 0] of ranges) {
    if (start < at || end <= start || end > snippet.length) continue
    found.push({ text: snippet.slice(at, start), found: false }, { text: snippet.slice(start, end), found: true })
    at = end
  }
  found.push({ text: snippet.slice(at), found: false })
  return found.filter(({ text }) => text)
}
