/**
 * Finding emoji by name, writing them as `:name:`, and which ones I used last. What is inside code stays as it was typed.
 */

import { GROUPS } from './emoji-list.js'

const RECENT = 16
const SHORTCODE = /:([a-z+-][a-z0-9_+-]{0,29}):/g
const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/

/** @typedef {{sign: string, names: readonly string[]}} Emoji */
/** @typedef {{name: string, emoji: readonly Emoji[]}} Group */

/** @type {readonly Group[]} */
export const groups = Object.freeze(GROUPS.map(([name, list]) => ({ name, emoji: list.trim().split(/[|\n]/).map(entry) })))

/** @type {readonly Emoji[]} */
const all = Object.freeze(groups.flatMap(({ emoji }) => emoji))

/** The first that has a name keeps it. */
const byName = new Map(all.toReversed().flatMap((emoji) => emoji.names.map((name) => [name, emoji.sign])))
for (const { sign, names } of all) byName.set(names[0] ?? '', sign)

/** @param {string} line */
function entry(line) {
  const [sign = '', ...names] = line.split(' ')
  return { sign, names }
}

/** @param {string} name */
export const signOf = (name) => byName.get(name)

/**
 * Those whose names begin so first, then those that have it anywhere.
 * @param {string} words
 * @param {number} [most]
 * @returns {Emoji[]}
 */
export function findEmoji(words, most = 100) {
  const word = words.trim().toLowerCase().replaceAll(':', '').replace(/[\s-]+/g, '_') || words.trim()
  const ranked = all.map((emoji) => ({ emoji, rank: Math.min(...emoji.names.map((name) => rank(name, word))) }))
  return ranked.filter(({ rank }) => rank < 4).sort((one, other) => one.rank - other.rank).slice(0, most).map(({ emoji }) => emoji)
}

/**
 * @param {string} name
 * @param {string} word
 */
function rank(name, word) {
  if (name === word) return 0
  if (name.startsWith(word)) return 1
  return name.includes(`_${word}`) ? 2 : name.includes(word) ? 3 : 4
}

/**
 * Every `:name:` that is known, as its emoji.
 * @param {string} text
 */
export function withEmoji(text) {
  if (!text.includes(':')) return text
  const parts = text.split(CODE)
  return parts.map((part, at) => (at % 2 ? part : part.replace(SHORTCODE, (whole, name) => byName.get(name) ?? whole))).join('')
}

/** Which I used last; kept on the shelf with all else that is mine. */
export class RecentEmoji {
  #doors

  /** @param {{shelf: import('./shelf.js').Shelf, user: () => string}} doors */
  constructor(doors) {
    this.#doors = doors
  }

  /** @returns {string[]} the latest first */
  all() {
    const kept = this.#doors.shelf.get(this.#key)
    return Array.isArray(kept) ? kept.filter((sign) => typeof sign === 'string' && sign && sign.length <= 32).slice(0, RECENT) : []
  }

  /** @param {string} sign */
  used(sign) {
    this.#doors.shelf.put(this.#key, [sign, ...this.all().filter((one) => one !== sign)].slice(0, RECENT))
  }

  get #key() {
    return `${this.#doors.user()}/emoji/written`
  }
}
