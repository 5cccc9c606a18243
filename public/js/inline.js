/**
 * Inside a line: bold, italic, strike, spoiler, code, links and @handles. One pass from left to right with a stack of what is open; each
 * kind is open once at most, so the stack stays short and the work linear. What is never closed was text. The words of a link hold no other.
 */

import { bareAddress, hostToShow, namedAddress } from './address.js'

const SPECIAL = /[`*_~|@[]|https?:\/\//gi
const SPECIAL_IN_LINK = /[`*_~|]/g
const HANDLE = /@[A-Za-z0-9_]{2,20}(?![A-Za-z0-9_])/y
const WORD = /[\p{L}\p{N}_]/u
const BEFORE = /[\s([{"'*~|]/
const AFTER = /[\s)\]}"'*~|.,;:!?]/
const MARKS = Object.freeze({ '**': 'bold', '*': 'italic', _: 'italic', '~~': 'strike', '||': 'spoiler' })

/** @typedef {'bold' | 'italic' | 'strike' | 'spoiler'} Style */
/** @typedef {{kind: 'plain', text: string} | {kind: 'code', text: string} | {kind: 'link', text: string, href: string}
 *   | {kind: 'mention', text: string} | {kind: 'named', text: string, href: string, host: string, children: Leaf[]}
 *   | {kind: Style, children: Leaf[]}} Leaf a named link has its address as `text`, and `host` where its words could deceive */
/** @typedef {{mark: string, children: Leaf[]}} Open */

/**
 * @param {string} text
 * @returns {Leaf[]}
 */
export const inline = (text) => new Reader(text).read()

class Reader {
  #text
  #at = 0
  #open = /** @type {Open[]} */ ([{ mark: '', children: [] }])
  #ticks
  #pattern

  /**
   * @param {string} text
   * @param {RegExp} [pattern]
   */
  constructor(text, pattern = SPECIAL) {
    this.#text = text
    this.#pattern = pattern
    this.#ticks = runsOfTicks(text)
  }

  read() {
    for (let plain = 0; ; ) {
      this.#pattern.lastIndex = this.#at
      const found = this.#pattern.exec(this.#text)
      if (!found) {
        this.#say(this.#text.slice(plain))
        return this.#unwind(1)
      }
      const start = found.index
      this.#at = start
      const leave = () => {
        this.#say(this.#text.slice(plain, start))
        plain = start
      }
      if (this.#special(found[0], leave)) plain = this.#at
    }
  }

  /**
   * @param {string} found
   * @param {() => void} leave says what stands before, once it is known that something begins here
   * @returns {boolean} whether it was more than text; either way we are behind it
   */
  #special(found, leave) {
    if (found === '`') return this.#code(leave)
    if (found === '@') return this.#mention(leave)
    if (found === '[') return this.#named(leave)
    if (found.length > 1) return this.#link(leave)
    return this.#mark(found, leave)
  }

  /** @param {() => void} leave */
  #code(leave) {
    const start = this.#at
    const length = runLength(this.#text, start)
    const ends = this.#ticks.get(length) ?? []
    while (ends.length && (ends.at(-1) ?? 0) <= start) ends.pop()
    const end = ends.at(-1)
    this.#at = start + length
    if (end === undefined || end === this.#at || !this.#text.slice(this.#at, end).trim()) return false
    leave()
    this.#put({ kind: 'code', text: this.#text.slice(this.#at, end) })
    this.#at = end + length
    return true
  }

  /** @param {() => void} leave */
  #mention(leave) {
    HANDLE.lastIndex = this.#at
    const text = this.#inWord ? undefined : HANDLE.exec(this.#text)?.[0]
    return this.#take(text ? { kind: 'mention', text } : null, text?.length ?? 1, leave)
  }

  /** @param {() => void} leave */
  #link(leave) {
    const { address, length } = this.#inWord ? { address: null, length: 1 } : bareAddress(this.#text, this.#at)
    return this.#take(address && { kind: 'link', ...address }, length, leave)
  }

  /** @param {() => void} leave */
  #named(leave) {
    const found = namedAddress(this.#text, this.#at)
    if (!found) return this.#take(null, 1, leave)
    const { words, address, length } = found
    const host = hostToShow(words, address.href)
    return this.#take({ kind: 'named', ...address, host, children: new Reader(words, SPECIAL_IN_LINK).read() }, length, leave)
  }

  get #inWord() {
    return WORD.test(this.#text[this.#at - 1] ?? ' ')
  }

  /**
   * @param {Leaf | null} leaf null when it was text after all
   * @param {number} length how much of the text it was
   * @param {() => void} leave
   */
  #take(leaf, length, leave) {
    if (leaf) {
      leave()
      this.#put(leaf)
    }
    this.#at += length
    return Boolean(leaf)
  }

  /**
   * @param {string} sign
   * @param {() => void} leave
   */
  #mark(sign, leave) {
    const length = runLength(this.#text, this.#at)
    const mark = this.#whichOf(sign, length)
    if (!mark) {
      this.#at += length
      return false
    }
    const [before, after] = [this.#text[this.#at - 1] ?? ' ', this.#text[this.#at + mark.length] ?? ' ']
    leave()
    this.#at += mark.length
    const at = this.#open.findLastIndex((open) => open.mark === mark)
    if (at > 0 && closes(mark, before, after) && !this.#isEmpty(at)) this.#close(at)
    else if (at < 0 && opens(mark, before, after)) this.#open.push({ mark, children: [] })
    else this.#say(mark)
    return true
  }

  /**
   * Of a run like `***` the part that closes what was opened last, or else the longest.
   * @param {string} sign
   * @param {number} length
   */
  #whichOf(sign, length) {
    if (sign === '_' || (sign === '*' && length === 1)) return length === 1 ? sign : ''
    if (length < 2) return ''
    if (sign !== '*') return length === 2 ? sign + sign : ''
    if (length > 3) return ''
    return this.#open.at(-1)?.mark === '*' && length === 3 ? '*' : '**'
  }

  /** @param {number} at */
  #isEmpty(at) {
    return at === this.#open.length - 1 && !this.#open[at]?.children.length
  }

  /** @param {number} at */
  #close(at) {
    const children = this.#unwind(at + 1)
    const mark = this.#open.pop()?.mark ?? ''
    this.#put({ kind: /** @type {Style} */ (MARKS[/** @type {keyof typeof MARKS} */ (mark)]), children })
  }

  /**
   * What is open from here on up was text.
   * @param {number} from
   * @returns {Leaf[]} of the one below
   */
  #unwind(from) {
    while (this.#open.length > from) {
      const open = this.#open.pop()
      this.#say(open?.mark ?? '')
      for (const leaf of open?.children ?? []) this.#put(leaf)
    }
    return this.#open.at(-1)?.children ?? []
  }

  /** @param {string} text */
  #say(text) {
    if (text) this.#put({ kind: 'plain', text })
  }

  /** @param {Leaf} leaf */
  #put(leaf) {
    const children = this.#open.at(-1)?.children ?? []
    const last = children.at(-1)
    if (leaf.kind === 'plain' && last?.kind === 'plain') children[children.length - 1] = { kind: 'plain', text: last.text + leaf.text }
    else children.push(leaf)
  }
}

/**
 * A lone star or dash inside a word or a sum is text; `_` is picky, for the sake of snake_case and shrugs.
 * @param {string} mark
 * @param {string} before
 * @param {string} after
 */
function opens(mark, before, after) {
  if (/\s/.test(after)) return false
  return mark === '_' ? BEFORE.test(before) : mark === '*' ? !WORD.test(before) : true
}

/**
 * @param {string} mark
 * @param {string} before
 * @param {string} after
 */
function closes(mark, before, after) {
  if (/\s/.test(before)) return false
  return mark === '_' ? AFTER.test(after) : mark === '*' ? !WORD.test(after) : true
}

/**
 * @param {string} text
 * @param {number} at
 */
function runLength(text, at) {
  let end = at + 1
  while (text[end] === text[at]) end++
  return end - at
}

/**
 * Where runs of so many backticks begin, the last first: each is looked at once.
 * @param {string} text
 * @returns {Map<number, number[]>}
 */
function runsOfTicks(text) {
  const runs = /** @type {Map<number, number[]>} */ (new Map())
  for (const { 0: run, index } of text.matchAll(/`+/g)) {
    const starts = runs.get(run.length)
    if (starts) starts.push(index)
    else runs.set(run.length, [index])
  }
  for (const starts of runs.values()) starts.reverse()
  return runs
}
