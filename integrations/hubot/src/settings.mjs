/** What the environment says, checked before anything is dialled. A complaint is one line for whoever set it up; it never repeats a token. */

/** @typedef {{url: string, token: string, rooms: string[], invites: string[], catchUp: boolean, open: boolean}} Settings
 *   `open`: whoever is on the way to the server can read along */

const WHOLE_TOKEN = 43
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
const SOCKETS = Object.freeze({ 'http:': 'ws:', 'https:': 'wss:', 'ws:': 'ws:', 'wss:': 'wss:' })

/** Something is wrong that no second try mends. */
export class Hopeless extends Error {}

/**
 * @param {Record<string, string | undefined>} env
 * @returns {Settings}
 */
export function settings(env) {
  const url = address((env.HUBOT_DEVCHITCHAT_URL ?? '').trim())
  return {
    url: url.href,
    token: token((env.HUBOT_DEVCHITCHAT_TOKEN ?? '').trim()),
    rooms: list(env.HUBOT_DEVCHITCHAT_ROOMS),
    invites: list(env.HUBOT_DEVCHITCHAT_INVITES),
    catchUp: missed((env.HUBOT_DEVCHITCHAT_MISSED ?? '').trim()),
    open: url.protocol === 'ws:' && !LOOPBACK.test(url.hostname),
  }
}

/** @param {string} text */
function address(text) {
  if (!text) throw new Hopeless('HUBOT_DEVCHITCHAT_URL is not set: say where the server is, such as https://devchitchat.local:8443')
  const url = URL.canParse(text) ? new URL(text) : null
  const protocol = url && SOCKETS[/** @type {keyof SOCKETS} */ (url.protocol)]
  if (!url || !protocol) throw new Hopeless(`HUBOT_DEVCHITCHAT_URL is no address: ${text}; it looks like https://devchitchat.local:8443`)
  return new URL(`${protocol}//${url.host}/ws`)
}

/** @param {string} text */
function token(text) {
  if (!text) throw new Hopeless('HUBOT_DEVCHITCHAT_TOKEN is not set: an admin makes one in the page, under Server, Bots')
  if (text.length < WHOLE_TOKEN || !/^[A-Za-z0-9_-]+$/.test(text)) {
    const is = `it has ${text.length} characters`
    throw new Hopeless(`HUBOT_DEVCHITCHAT_TOKEN is not a whole token (${is}): it is at least ${WHOLE_TOKEN} letters, digits, - and _`)
  }
  return text
}

/** @param {string} text */
function missed(text) {
  if (!['', 'skip', 'answer'].includes(text)) throw new Hopeless(`HUBOT_DEVCHITCHAT_MISSED is ${text}: say skip or answer`)
  return text === 'answer'
}

/** @param {string | undefined} text */
const list = (text) =>
  (text ?? '')
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)
