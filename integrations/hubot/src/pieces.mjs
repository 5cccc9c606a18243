/** A message has at most 8000 bytes: longer ones go as several, cut at a line's end where one is near, and never inside a character. */

export const MOST_BYTES = 8000
export const MOST_TOPIC = 250

const encoder = new TextEncoder()
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
const NEAR = 64

/**
 * What the server takes of a text, in order; nothing of a blank one.
 * @param {string} text
 * @param {number} [most] bytes of UTF-8
 */
export function pieces(text, most = MOST_BYTES) {
  const found = []
  const room = new Uint8Array(most)
  for (let rest = text.toWellFormed().replaceAll('\0', ''); rest; ) {
    const fits = encoder.encodeInto(rest, room).read
    const end = fits < rest.length ? goodEnd(rest, fits) : fits
    found.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return found.filter((piece) => piece.trim())
}

/**
 * One line of at most 250 characters, counted as the server counts.
 * @param {string} text
 */
export function topicOf(text) {
  const line = text.toWellFormed().replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
  return [...line].slice(0, MOST_TOPIC).join('')
}

/**
 * @param {string} text
 * @param {number} fits how many of its code units fit; never between two halves of one character
 */
function goodEnd(text, fits) {
  const line = text.lastIndexOf('\n', fits - 1) + 1
  if (line > fits / 2) return line
  const start = Math.max(0, fits - NEAR)
  const last = [...graphemes.segment(text.slice(start, fits + NEAR))].findLast(({ index }) => index > 0 && start + index <= fits)
  return last ? start + last.index : fits
}
