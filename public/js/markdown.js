/**
 * What people write, as a tree: fenced code, quotes, lists (items.js) and lines, and inside them what inline.js knows. Pure, never HTML. Every
 * character that is not a mark stays in a leaf, whatever was typed, and the time taken grows with the length alone.
 */

import { inline } from './inline.js'
import { list } from './items.js'

const FENCE = /^```[ \t]*([\w+#.-]{0,20})[ \t]*$/
const FENCE_END = /^```[ \t]*$/
const QUOTE = /^>(?: |$)/
const DEEPEST_QUOTE = 3

/** @typedef {import('./inline.js').Leaf} Leaf */
/** @typedef {import('./items.js').List} List */
/** @typedef {{kind: 'text', children: Leaf[]}} Lines */
/** @typedef {{kind: 'fence', text: string, lang: string}} Fence */
/** @typedef {{kind: 'quote', children: Block[]}} Quote */
/** @typedef {Lines | Fence | Quote | List} Block */

/**
 * @param {string} text
 * @returns {Block[]}
 */
export const parse = (text) => blocks(text.split(/\r\n|\r|\n/), 0)

/**
 * @param {string[]} lines
 * @param {number} depth how many quotes we are in
 * @returns {Block[]}
 */
function blocks(lines, depth) {
  const found = /** @type {Block[]} */ ([])
  let plain = /** @type {string[]} */ ([])
  const end = () => {
    if (plain.some((line) => line.trim())) found.push({ kind: 'text', children: inline(trimmed(plain).join('\n')) })
    plain = []
  }
  for (let at = 0; at < lines.length; ) {
    const block = fence(lines, at) ?? quote(lines, at, depth) ?? list(lines, at)
    if (block) {
      end()
      found.push(block.block)
      at = block.next
    } else plain.push(lines[at++] ?? '')
  }
  end()
  return found
}

/**
 * One that is not closed goes to the end: somebody pasted more than they saw.
 * @param {string[]} lines
 * @param {number} at
 * @returns {{block: Fence, next: number} | undefined}
 */
function fence(lines, at) {
  const open = FENCE.exec(lines[at] ?? '')
  if (!open) return
  let end = at + 1
  while (end < lines.length && !FENCE_END.test(lines[end] ?? '')) end++
  if (end === at + 1) return
  return { block: { kind: 'fence', text: lines.slice(at + 1, end).join('\n'), lang: open[1] ?? '' }, next: end + 1 }
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {number} depth
 * @returns {{block: Quote, next: number} | undefined}
 */
function quote(lines, at, depth) {
  if (depth === DEEPEST_QUOTE || !/^> .*\S/.test(lines[at] ?? '')) return
  const next = runOf(lines, at, QUOTE)
  const inside = lines.slice(at, next).map((line) => line.replace(QUOTE, ''))
  return { block: { kind: 'quote', children: blocks(inside, depth + 1) }, next }
}

/**
 * @param {string[]} lines
 * @param {number} at
 * @param {RegExp} kind
 * @returns {number} where the lines of this kind end
 */
function runOf(lines, at, kind) {
  while (at < lines.length && kind.test(lines[at] ?? '')) at++
  return at
}

/** @param {string[]} lines */
function trimmed(lines) {
  let [from, to] = [0, lines.length]
  while (from < to && !lines[from]?.trim()) from++
  while (to > from && !lines[to - 1]?.trim()) to--
  return lines.slice(from, to)
}

/**
 * As one line without marks, for a quote or a screen reader; what is hidden stays hidden.
 * @param {string} text
 * @param {number} most
 */
export function summary(text, most = 140) {
  const line = say(parse(text.slice(0, 2000))).replace(/\s+/g, ' ').trim()
  return line.length > most ? `${[...line].slice(0, most).join('')}…` : line
}

/**
 * @param {any} node
 * @returns {string}
 */
function say(node) {
  if (Array.isArray(node)) return node.map(say).join('')
  if (node.kind === 'spoiler') return '(hidden)'
  if (node.items) return node.items.map((/** @type {import('./items.js').Item} */ one) => `${say(one.children)} ${say(one.lists)}`).join('')
  const said = node.children ? say(node.children) : (node.text ?? '')
  return ['text', 'fence', 'quote'].includes(node.kind) ? `${said} ` : said
}
