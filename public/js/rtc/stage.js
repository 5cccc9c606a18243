/**
 * How I look at a call: which tile is pinned, how much of the room's height the tiles take, and whether the chat stands beside them. The
 * last two are remembered per user. A single share of somebody else stands out by itself until I put it back.
 *
 * Tells `change`.
 */

import { tilesOf } from './tiles.js'

/** @typedef {import('./tiles.js').Tile} Tile */
/** @typedef {EventTarget & {streams: import('./tiles.js').Stream[]}} Call */

export const LEAST = 0.2
export const MOST = 0.85
const USUAL = 0.55

export class Stage extends EventTarget {
  #doors
  #pinned = ''
  /** Shares that were put back into the row. */
  #back = new Set()

  /**
   * @param {object} doors
   * @param {Call} doors.call
   * @param {{nameOf: (user_id: string) => string}} doors.presence
   * @param {import('../shelf.js').Shelf} doors.shelf
   * @param {() => string} doors.user
   */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.call.addEventListener('change', () => this.#look())
  }

  /** @returns {Tile[]} */
  get tiles() {
    const { call, presence } = this.#doors
    return tilesOf(call.streams, (user_id) => presence.nameOf(user_id))
  }

  /**
   * The tile that stands out, or ''.
   * @param {Tile[]} tiles
   */
  large(tiles) {
    if (tiles.some(({ key }) => key === this.#pinned)) return this.#pinned
    const shares = tiles.filter(({ share, self }) => share && !self)
    const [only] = shares
    return only && shares.length === 1 && tiles.length > 1 && !this.#back.has(only.key) ? only.key : ''
  }

  /**
   * Lets it stand out, or puts it back.
   * @param {string} key
   */
  pin(key) {
    const before = this.large(this.tiles)
    if (before) this.#back.add(before)
    this.#back.delete(before === key ? '' : key)
    this.#pinned = before === key ? '' : key
    this.#tell()
  }

  /** @returns {{share: number, chat: boolean}} the tiles' share of the height, and whether the chat is shown */
  get split() {
    const { share, chat } = Object(this.#doors.shelf.get(this.#key))
    return { share: isShare(share) ? share : USUAL, chat: chat !== false }
  }

  /** @param {{share?: number, chat?: boolean}} change */
  divide(change) {
    const after = { ...this.split, ...change }
    const share = Math.round(Math.min(MOST, Math.max(LEAST, after.share)) * 1000) / 1000
    this.#doors.shelf.put(this.#key, { ...after, share })
    this.#tell()
  }

  get #key() {
    return `${this.#doors.user()}/calls/stage`
  }

  /** What is gone is pinned no more. */
  #look() {
    const { call } = this.#doors
    const keys = new Set(call.streams.map(({ key }) => key))
    if (this.#pinned && !keys.has(this.#pinned)) this.#pinned = ''
    for (const key of this.#back) if (!keys.has(key)) this.#back.delete(key)
    this.#tell()
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/** @param {unknown} value */
const isShare = (value) => typeof value === 'number' && value >= LEAST && value <= MOST
