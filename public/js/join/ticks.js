/**
 * What is found, as ticks: each with its state, a sentence, and when it is red what to do. Pure.
 */

/** @typedef {'later' | 'busy' | 'ask' | 'good' | 'bad'} State `ask` waits for a press */
/** @typedef {'socket' | 'microphone' | 'peer'} Act */
/** @typedef {{id: string, name: string, state: State, says: string, act?: Act, button?: string}} Tick */
/**
 * @typedef {object} Found
 * @property {import('./place.js').Stage} stage
 * @property {boolean} hasAuthority
 * @property {number | null} port
 * @property {import('./probe.js').Trust} trust
 * @property {number} today by this device's clock
 * @property {import('./checks.js').Line} socket
 * @property {import('./checks.js').Microphone} microphone
 * @property {import('./checks.js').Peer} peer
 */
/** @typedef {[State, string, string?]} Told state, sentence, and the word on the button */

/** @type {Record<State, string>} for those who do not see the colour */
export const WORDS = Object.freeze({ later: 'later', busy: 'being tried', ask: 'your turn', good: 'works', bad: 'does not work yet' })
/** @type {Record<State, string>} */
export const SIGNS = Object.freeze({ later: '', busy: '', ask: '?', good: '✓', bad: '!' })

const LATER = /** @type {Told} */ (['later', ''])
const BUSY = /** @type {Told} */ (['busy', ''])

const INSECURE = 'Others on your network could read along, and browsers give insecure pages no microphone, until your host turns HTTPS on.'

/** @type {Record<import('./checks.js').Line, Told>} */
const SOCKET = {
  later: LATER,
  busy: BUSY,
  open: ['good', ''],
  shut: ['bad', 'The page loads, but the chat does not answer. A filter or proxy in between may stop it: try without a VPN or ad blocker.', 'Try again'],
}

/** @type {Record<import('./checks.js').Microphone, Told>} */
const MICROPHONE = {
  later: LATER,
  ask: ['ask', 'Your browser will ask you. Nothing is recorded or sent.', 'Try the microphone'],
  busy: ['busy', 'Answer what your browser asks.'],
  works: ['good', ''],
  denied: ['bad', 'This page may not use it. Press the sign beside the address, allow the microphone, then try again.', 'Try again'],
  held: ['bad', 'Your system keeps it from the browser. Allow it in the privacy settings of your device, then try again.', 'Try again'],
  none: ['bad', 'None was found. Plug one in, then try again. You can also come in and only listen.', 'Try again'],
  taken: ['bad', 'It is in use by another program, or does not answer. Close that program, then try again.', 'Try again'],
  lacking: ['bad', 'This browser gives pages no microphone. You can come in and listen; to talk, use another browser.'],
}

/** @type {Record<import('./checks.js').Peer, Told>} */
const PEER = {
  later: LATER,
  busy: BUSY,
  reached: ['good', ''],
  lost: [
    'bad',
    'Nothing got through between this device and the server\'s computer, so calls may fail. Use the same Wi-Fi as your host and no guest network, turn a VPN off, then try again. Still red? Your host should let devchitchat through the firewall, and turn “client isolation” off in the router.',
    'Try again',
  ],
  refused: ['ask', 'The server could not try this just now. Wait a moment.', 'Try again'],
  lacking: ['bad', 'This browser cannot make calls. You can chat; to talk, use another browser.'],
}

/**
 * @param {Found} found
 * @returns {Tick[]}
 */
export function ticksOf(found) {
  const { stage } = found
  return [
    tick('trust', 'This device trusts the server', trustOf(found)),
    tick('secure', 'The page is secure', stage === 'checks' ? ['good', ''] : stage === 'plain' ? ['bad', INSECURE] : LATER),
    tick('socket', 'The chat answers', SOCKET[found.socket], 'socket'),
    tick('microphone', 'Your microphone works', stage === 'plain' ? LATER : MICROPHONE[found.microphone], 'microphone'),
    tick('peer', 'Voices get through', PEER[found.peer], 'peer'),
  ]
}

/**
 * @param {Found} found
 * @returns {Told}
 */
function trustOf({ stage, trust, today, hasAuthority, port }) {
  if (stage === 'checks') return ['good', '']
  if (stage === 'plain') return ['bad', 'This server has no secure address. You can chat and listen; to talk, ask your host to turn HTTPS on.']
  switch (trust) {
    case 'busy': return BUSY
    case 'trusted': return ['good', '']
    case 'silent': return ['bad', `The server's secure address does not answer. Your host's firewall must let port ${port} through.`]
    case 'away': return ['bad', 'The server does not answer at the moment. Stay on its network: this page tries again by itself.']
    case 'early': return ['bad', clockOf(today, 'is not valid yet')]
    case 'over': return ['bad', clockOf(today, 'is no longer valid')]
    case 'untrusted':
      return hasAuthority
        ? ['bad', 'Do the steps below; this turns green by itself.']
        : ['bad', 'Not at this address. Ask your host for the address that belongs to the server\'s certificate.']
  }
}

/**
 * @param {number} today
 * @param {string} then what the certificate is by that
 */
function clockOf(today, then) {
  const date = new Date(today).toLocaleDateString([], { dateStyle: 'long' })
  return `This device says it is ${date}, and then the server's certificate ${then}. If that date is wrong, set it in the device's settings; if it is right, the server's is wrong: tell your host.`
}

/**
 * @param {string} id
 * @param {string} name
 * @param {Told} told
 * @param {Act} [act]
 * @returns {Tick}
 */
const tick = (id, name, [state, says, button], act) => ({ id, name, state, says, ...(button && act ? { act, button } : {}) })

/**
 * What a screen reader is told when the ticks have changed.
 * @param {Tick[]} before
 * @param {Tick[]} after
 */
export function changes(before, after) {
  const was = new Map(before.map(({ id, state }) => [id, state]))
  const news = after.filter(({ id, state }) => state !== 'busy' && state !== 'later' && state !== was.get(id))
  return news.map(({ name, state, says }) => [`${name}: ${WORDS[state]}.`, says].filter(Boolean).join(' ')).join(' ')
}
