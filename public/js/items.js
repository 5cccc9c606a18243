/**
 * Lists, in lists: which lines are items, and by their indent what lies in what. One look at each line; deeper than anybody reads it
 * stays level, so that nothing that walks the tree goes deep.
 */

import { inline } from './inline.js'

const ITEM = /^([ \t]{0,24})([-*+]|\d{1,3}[.)]) +(?=\S)/
const TAB = 4
const STEP = 2
const DEEPEST = 6

/** @typedef {import('./inline.js').Leaf} Leaf */
/** @typedef {{number: number | null, children: Leaf[], lists: List[]}} Item `number` as it was written, null in a list of dots */
/** @typedef {{kind: 'list', ordered: boolean, items: Item[]}} List */
/** @typedef {{indent: number, lists: List[]}} Open an item that what is indented further belongs to */

/**
 * The list that begins at this line; it ends where one of another kind begins at its own level.
 * @param {string[]} lines
 * @param {number} at
 * @returns {{block: List, next: number} | undefined}
 */
export function list(lines, at) {
  const top = /** @type {Open} */ ({ indent: -STEP, lists: [] })
  const open = [top]
  let next = at
  for (let found = ITEM.exec(lines[at] ?? ''); found; found = ITEM.exec(lines[++next] ?? '')) {
    const [whole, space = '', mark = ''] = found
    const number = /^\d/.test(mark) ? Number.parseInt(mark, 10) : null
    const indent = widthOf(space)
    const inside = ownerOf(open, indent)
    if (inside === top && top.lists[0] && top.lists[0].ordered !== (number !== null)) break
    const item = { number, children: inline((lines[next] ?? '').slice(whole.length)), lists: [] }
    put(inside.lists, item)
    open.push({ indent, lists: item.lists })
  }
  return top.lists[0] && { block: top.lists[0], next }
}

/**
 * Closes what does not reach this far.
 * @param {Open[]} open
 * @param {number} indent
 * @returns {Open}
 */
function ownerOf(open, indent) {
  while (open.length > 1 && (open.length > DEEPEST || indent < (open.at(-1)?.indent ?? 0) + STEP)) open.pop()
  return /** @type {Open} */ (open.at(-1))
}

/**
 * @param {List[]} lists
 * @param {Item} item
 */
function put(lists, item) {
  const ordered = item.number !== null
  const last = lists.at(-1)
  if (last?.ordered === ordered) last.items.push(item)
  else lists.push({ kind: 'list', ordered, items: [item] })
}

/** @param {string} space */
const widthOf = (space) => [...space].reduce((width, sign) => width + (sign === '\t' ? TAB : 1), 0)
