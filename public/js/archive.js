/**
 * Taking my rooms along as a file, and reading such a file: copies of rooms that live in memory, beside the rooms of the server and
 * never mixed with them.
 *
 * Tells `change`.
 */

import { untilAnswered } from './again.js'
import { messageLine, readLines, roomLine } from './jsonl.js'
import { Request } from './protocol.js'
import { refusal, Refusal } from './refusal.js'

const PAGE = 200
const LARGEST_FILE = 256 * 1024 * 1024

/** @typedef {import('./protocol.js').ListedRoom} Room */
/** @typedef {import('./jsonl.js').Copy} Copy */

export class Archive extends EventTarget {
  #doors
  #copies = /** @type {Copy[]} */ ([])
  #stop = new AbortController()
  /** How many messages have been fetched for the file that is being made; null when there is none. */
  fetched = /** @type {number | null} */ (null)

  /** @param {{socket: import('./socket.js').Socket, clock: import('./clock.js').Clock}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
  }

  /** @returns {readonly Copy[]} what was read from files */
  copies() {
    return this.#copies
  }

  /**
   * Everything said in these rooms, oldest first. A connection that falls is waited for; a room that is no longer mine ends there.
   * @param {Room[]} rooms
   * @returns {Promise<Blob | null>} null when it was stopped
   */
  async take(rooms) {
    if (this.fetched !== null) throw new Refusal('CONFLICT', 'An export is running already.')
    this.#stop = new AbortController()
    const { signal } = this.#stop
    const parts = /** @type {Blob[]} */ ([])
    this.#count(0)
    try {
      for (const room of rooms) for await (const part of this.#partsOf(room, signal)) parts.push(part)
      return signal.aborted ? null : new Blob(parts, { type: 'application/jsonl' })
    } finally {
      this.#count(null)
    }
  }

  stop() {
    this.#stop.abort()
  }

  /**
   * @param {Blob} file
   * @returns {Promise<{copies: Copy[], skipped: number}>} raises a Refusal when there is no room in it
   */
  async open(file) {
    if (file.size > LARGEST_FILE) throw new Refusal('PAYLOAD_TOO_LARGE', 'This file is too large to read here.')
    const found = await readLines(file.stream()).catch(() => {
      throw new Refusal('BAD_REQUEST', 'The file could not be read.')
    })
    if (!found.copies.length) throw new Refusal('BAD_REQUEST', 'There is no exported room in this file.')
    this.#copies = [...this.#copies, ...found.copies]
    this.#tell()
    return found
  }

  /** @param {Copy} copy */
  close(copy) {
    this.#copies = this.#copies.filter((one) => one !== copy)
    this.#tell()
  }

  reset() {
    this.stop()
    this.#copies = []
    this.#tell()
  }

  /**
   * Each page is a Blob, which the browser may keep on disk: a long history need not fit into memory as text.
   * @param {Room} room
   * @param {AbortSignal} signal
   */
  async *#partsOf(room, signal) {
    yield new Blob([roomLine(room, this.#doors.clock.now())])
    let [after_seq, more] = [0, true]
    while (more && !signal.aborted) {
      const page = await this.#page({ room_id: room.room_id, after_seq, limit: PAGE }, signal)
      if (!page) return
      yield new Blob(page.messages.map(messageLine))
      this.#count((this.fetched ?? 0) + page.messages.length)
      more = page.more && page.next_after_seq > after_seq
      after_seq = page.next_after_seq
    }
  }

  /**
   * @param {object} request
   * @param {AbortSignal} signal
   * @returns {Promise<import('./protocol.js').MsgListResult | null>} null when it was stopped, or the room is no longer mine
   */
  async #page(request, signal) {
    while (!signal.aborted) {
      try {
        return await untilAnswered(() => this.#doors.socket.ask(Request.MsgList, request), this.#doors)
      } catch (error) {
        if (!refusal(error).passing) return null
        if (!this.#doors.socket.live) await this.#live(signal)
      }
    }
    return null
  }

  /**
   * @param {AbortSignal} signal
   * @returns {Promise<void>}
   */
  #live(signal) {
    const { socket } = this.#doors
    const over = new AbortController()
    return new Promise((resolve) => {
      const look = () => {
        if (!socket.live && !signal.aborted) return
        over.abort()
        resolve()
      }
      socket.addEventListener('state', look, over)
      signal.addEventListener('abort', look, over)
    })
  }

  /** @param {number | null} fetched */
  #count(fetched) {
    this.fetched = fetched
    this.#tell()
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}
