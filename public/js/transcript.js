/**
 * A room that was read from a file, as one reads it: days and breaths, a hundred messages or so around the reader, and where some words are
 * found. The file is perhaps not ours: nothing in it is believed, and a message is known by its place.
 *
 * Tells `change`.
 */

import { sameDay, together } from './feed.js'

const FIRST = 60
const STEP = 40
const MOST = 140
const MOST_WORDS = 12

/** @typedef {import('./jsonl.js').Said} Said */
/** @typedef {{kind: 'day', key: string, ts: number} | {kind: 'said', key: string, said: Said, head: boolean}} Line */

export class Transcript extends EventTarget {
  #messages
  #from
  #to
  #at = -1
  /** What is looked for, to be marked wherever it stands; null for nothing. */
  pattern = /** @type {RegExp | null} */ (null)
  /** Places of the messages that hold all the words. */
  hits = /** @type {number[]} */ ([])

  /** @param {readonly Said[]} messages oldest first */
  constructor(messages) {
    super()
    this.#messages = messages
    this.#to = messages.length
    this.#from = Math.max(0, this.#to - FIRST)
  }

  /** @returns {Line[]} what is near the reader */
  get lines() {
    const lines = /** @type {Line[]} */ ([])
    for (let place = this.#from; place < this.#to; place++) {
      const said = /** @type {Said} */ (this.#messages[place])
      const before = this.#messages[place - 1]
      const day = !before || !sameDay(before.ts, said.ts)
      if (day || place === this.#from) lines.push({ kind: 'day', key: `d ${place}`, ts: said.ts })
      lines.push({ kind: 'said', key: keyOf(place), said, head: day || place === this.#from || !together(breath(before), breath(said)) })
    }
    return lines
  }

  /** The key of the hit that is looked at; empty for none. */
  get chosen() {
    const place = this.hits[this.#at]
    return place === undefined ? '' : keyOf(place)
  }

  /** Which of the hits that is, from 1. */
  get turn() {
    return this.#at + 1
  }

  /** @returns {boolean} whether there was more to show; as all that follow */
  up() {
    return this.#show(this.#from - STEP, Math.min(this.#to, this.#from - STEP + MOST))
  }

  down() {
    return this.#show(Math.max(this.#from, this.#to + STEP - MOST), this.#to + STEP)
  }

  top() {
    return this.#show(0, FIRST)
  }

  end() {
    return this.#show(this.#messages.length - FIRST, this.#messages.length)
  }

  /**
   * Messages with all of these words, and the last of them in the window.
   * @param {string} words
   */
  look(words) {
    const each = words.trim().split(/\s+/).filter(Boolean).slice(0, MOST_WORDS).map((word) => word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'))
    const tests = each.map((word) => new RegExp(word, 'iu'))
    this.pattern = each.length ? new RegExp(each.join('|'), 'giu') : null
    this.hits = []
    if (tests.length) this.#messages.forEach((said, place) => tests.every((test) => holds(said, test)) && this.hits.push(place))
    this.#at = this.hits.length
    this.step(-1)
  }

  /** @param {1 | -1} by to a later hit, or an earlier one; round and round */
  step(by) {
    const count = this.hits.length
    this.#at = count ? (this.#at + by + count) % count : -1
    const place = this.hits[this.#at]
    if (place !== undefined && (place < this.#from || place >= this.#to)) this.#show(place - FIRST / 2, place + FIRST / 2)
    else this.#tell()
  }

  /**
   * @param {number} from
   * @param {number} to
   */
  #show(from, to) {
    const [first, last] = [Math.max(0, from), Math.min(this.#messages.length, to)]
    if (first === this.#from && last === this.#to) return false
    this.#from = first
    this.#to = last
    this.#tell()
    return true
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/**
 * A text in pieces, found ones marked.
 * @param {string} text
 * @param {RegExp} pattern
 * @returns {Array<{text: string, found: boolean}>}
 */
export function foundIn(text, pattern) {
  const pieces = []
  let at = 0
  for (const { 0: found, index } of text.matchAll(pattern)) {
    pieces.push({ text: text.slice(at, index), found: false }, { text: found, found: true })
    at = index + found.length
  }
  pieces.push({ text: text.slice(at), found: false })
  return pieces.filter((piece) => piece.text)
}

/** @param {number} place */
const keyOf = (place) => `m ${place}`

/**
 * @param {Said} said
 * @param {RegExp} test
 */
const holds = ({ text, deleted, user_handle, files }, test) =>
  (!deleted && test.test(text)) || test.test(`@${user_handle}`) || files.some((name) => test.test(name))

/**
 * As feed.js knows a message, as far as it asks.
 * @param {Said | undefined} said
 */
const breath = (said) => /** @type {import('./protocol.js').Msg} */ (/** @type {unknown} */ (
  { user_id: said?.user_handle, ts: said?.ts, deleted_at: said?.deleted ? 1 : null }))
