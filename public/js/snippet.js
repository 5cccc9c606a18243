/** A hit as it is shown: what was found is marked, and what its author has hidden stays hidden. */

const CUT = '…'
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
 * From mark to mark; one that has no other belongs to what was cut off, at the beginning rather than at the end.
 * @param {string} snippet
 * @returns {Part[]}
 */
function spoilers(snippet) {
  const marks = [...snippet.matchAll(/\|\|/g)].map(({ index }) => ({ start: index, end: index + 2 }))
  if (marks.length % 2 && snippet.startsWith(CUT)) marks.unshift({ start: CUT.length, end: CUT.length })
  else if (marks.length % 2 && snippet.endsWith(CUT)) marks.push({ start: snippet.length - CUT.length, end: snippet.length - CUT.length })
  const parts = []
  for (let at = 0; at + 1 < marks.length; at += 2) {
    const [from, to] = [marks[at], marks[at + 1]]
    if (from && to && snippet.slice(from.end, to.start).trim()) parts.push({ start: from.start, end: to.end, text: HIDDEN, found: false })
  }
  return parts
}
