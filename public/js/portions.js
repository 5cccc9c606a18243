/**
 * A text that is too long for one message, in portions that are not: cut between lines where that is possible, else between words, else
 * between characters, and never inside one. Nothing is lost but the white space at the cuts.
 */

const bytes = new TextEncoder()

/** @param {string} text */
export const sizeOf = (text) => bytes.encode(text).length

/**
 * @param {string} text
 * @param {number} most bytes each
 * @returns {string[]}
 */
export function portions(text, most) {
  const found = []
  let rest = text
  while (sizeOf(rest) > most) {
    const end = cut(rest, fitting(rest, most))
    found.push(rest.slice(0, end).trimEnd())
    rest = rest.slice(end).replace(/^\s*\n|^ +/, '')
  }
  return [...found, rest].filter((one) => one.trim())
}

/**
 * How many UTF-16 units fit.
 * @param {string} text
 * @param {number} most
 */
function fitting(text, most) {
  return bytes.encodeInto(text.slice(0, most), new Uint8Array(most)).read
}

/**
 * @param {string} text
 * @param {number} end
 */
function cut(text, end) {
  const half = Math.floor(end / 2)
  for (const mark of ['\n', ' ']) {
    const at = text.lastIndexOf(mark, end)
    if (at > half) return at
  }
  const joined = [...new Intl.Segmenter().segment(text.slice(Math.max(0, end - 40), end + 20))].map(({ index }) => Math.max(0, end - 40) + index)
  return joined.findLast((at) => at <= end && at > 0) ?? end
}
