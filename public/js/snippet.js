/** A hit as it is shown: what was found is marked, and what its author has hidden stays hidden. */

/** The server closes one where it cuts it. */
const SPOILER = /\|\|(?=\S).*?\S\|\|/gs
const HIDDEN = '(hidden)'

/** @typedef {{start: number, end: number, text: string, found: boolean}} Part */

/**
 * A snippet in pieces. Ranges that make no sense are left out rather than believed.
 * @param {{snippet: string, ranges: number[][]}} hit
 * @returns {Array<{text: string, found: boolean}>}
 */
export function pieces({ snippet, ranges }) {
  const covers = spoilers(snippet)
  /** @type {Part[]} */
  const found = ranges.map(([start = 0, end = 0]) => ({ start, end, text: snippet.slice(start, end), found: true }))
  const seen = found.filter((part) => !covers.some((cover) => part.start < cover.end && cover.start < part.end))
  const said = []
  let at = 0
  for (const { start, end, ...piece } of [...covers, ...seen].sort((one, other) => one.start - other.start)) {
    if (start < at || end <= start || end > snippet.length) continue
    said.push({ text: snippet.slice(at, start), found: false }, piece)
    at = end
  }
  said.push({ text: snippet.slice(at), found: false })
  return said.filter(({ text }) => text)
}

/**
 * @param {string} snippet
 * @returns {Part[]}
 */
function spoilers(snippet) {
  return [...snippet.matchAll(SPOILER)].map(({ index, 0: { length } }) => ({ start: index, end: index + length, text: HIDDEN, found: false }))
}
