/**
 * Addresses in what people write: only http and https, and nobody is led where they do not expect. A bare one is shown as it is; one with
 * words of its own says which host it leads to when those words could be taken for another.
 */

const BARE = /https?:\/\/[^\s<>"\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+/iy
const NAMED = /\[([^[\]\n]+)\]\((https?:\/\/[^\s<>"\u0000-\u001f\u200b-\u200f\u202a-\u202e\u2066-\u2069]{1,2000})/iy
const UNSEEN = /[\p{Default_Ignorable_Code_Point}\p{Cc}]/gu
const STYLED = /[*_~|`]/g
const TURNED = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u
/** All that is drawn as a dot; those that mean one in a host name too. */
const DOTS = /[\u00b7\u0387\u0589\u05c3\u0660\u06d4\u06f0\u0701\u0702\u2022\u2024\u2027\u2219\u22c5\u3002\u30fb\ua78f\uff0e\uff61\uff65]/gu
const HOST = /[\p{L}\p{N}\p{M}_-]+(?:\.[\p{L}\p{N}\p{M}_-]+)+/gu

/** @typedef {{text: string, href: string}} Address `text` as it was written */

/**
 * The punctuation of the sentence around it stays outside.
 * @param {string} text
 * @param {number} at
 * @returns {{address: Address | null, length: number}} the length of what was looked at, at least 1
 */
export function bareAddress(text, at) {
  BARE.lastIndex = at
  const found = BARE.exec(text)?.[0]
  if (!found) return { address: null, length: 1 }
  const address = addressOf(found.slice(0, lengthOf(found)))
  return { address, length: address?.text.length ?? found.length }
}

/**
 * `[words](https://…)`, with words that can be seen. The cap on its length keeps many that are never closed from costing much.
 * @param {string} text
 * @param {number} at
 * @returns {{words: string, address: Address, length: number} | null}
 */
export function namedAddress(text, at) {
  NAMED.lastIndex = at
  const [whole = '', words = '', found = ''] = NAMED.exec(text) ?? []
  const end = closing(found)
  const address = end > 0 && seen(words).trim() ? addressOf(found.slice(0, end)) : null
  return address && { words, address, length: whole.length - found.length + end + 1 }
}

/**
 * The host that has to be shown behind these words; empty when nobody could take them for another address.
 * @param {string} words
 * @param {string} href
 */
export function hostToShow(words, href) {
  const { hostname } = new URL(href)
  const plain = seen(words).normalize('NFKC').replace(DOTS, '.').replace(STYLED, '').toLowerCase()
  const named = [...plain.matchAll(HOST)].map(([host]) => host)
  const honest = !TURNED.test(words) && !plain.includes('@') && named.every((host) => isHost(host, hostname))
  return honest && (named.length || !plain.includes('://')) ? '' : hostname
}

/**
 * @param {string} host
 * @param {string} hostname
 */
function isHost(host, hostname) {
  const url = `http://${host}/`
  const named = URL.canParse(url) ? new URL(url).hostname : host
  return named === hostname || `www.${named}` === hostname || named === `www.${hostname}`
}

/** @param {string} words */
const seen = (words) => words.replace(UNSEEN, '')

/**
 * @param {string} text
 * @returns {Address | null}
 */
function addressOf(text) {
  const url = URL.canParse(text) ? new URL(text) : null
  return url && /^https?:$/.test(url.protocol) && url.hostname ? { text, href: url.href } : null
}

/**
 * Where the bracket closes that stands open before it; -1 for never.
 * @param {string} found
 */
function closing(found) {
  let open = 0
  for (let at = 0; at < found.length; at++) {
    if (found[at] === '(') open++
    else if (found[at] === ')' && open-- === 0) return at
  }
  return -1
}

/** @param {string} found */
function lengthOf(found) {
  const spare = { ')': 0, ']': 0 }
  for (const sign of found) {
    if (sign === '(') spare[')']--
    else if (sign === '[') spare[']']--
    else if (sign === ')' || sign === ']') spare[sign]++
  }
  let end = found.length
  for (; end > 0; end--) {
    const sign = found[end - 1] ?? ''
    if ((sign === ')' || sign === ']') && spare[sign] > 0) spare[sign]--
    else if (!/[.,;:!?'*_~|`]/.test(sign)) break
  }
  return end
}
