/**
 * Offers, answers and candidates on their way to one peer, through the server. What is refused only for now is said again while it is
 * still true; what a broken connection swallowed is not, for then everything is said anew by how it stands.
 */

import { pause } from '../clock.js'
import { Request } from '../protocol.js'
import { refusal } from '../refusal.js'

const WORD = Object.freeze({ offer: Request.RtcOffer, answer: Request.RtcAnswer, ice: Request.RtcIce })
const NOT_NOW = new Set(['RATE_LIMITED', 'UNAVAILABLE'])
const TRIES = 8
const WAIT_MS = 500
const LONGEST_MS = 8_000

/** @typedef {{socket: Pick<import('../socket.js').Socket, 'ask' | 'life' | 'live'>, clock: import('../clock.js').Clock}} Doors */

/**
 * @param {Doors} doors
 * @param {import('./negotiation.js').Kind} kind
 * @param {{call_id: string, to_peer_id: string} & import('./negotiation.js').Said} body
 * @param {() => boolean} still
 * @returns {Promise<void>} never rejects
 */
export async function signal({ socket, clock }, kind, body, still) {
  const { life } = socket
  for (let tries = 1; tries <= TRIES && socket.live && socket.life === life && still(); tries++) {
    try {
      return void (await socket.ask(WORD[kind], body))
    } catch (error) {
      const { code, waitMs } = refusal(error)
      if (!NOT_NOW.has(code)) return // gone, away, or lost on the way: whoever takes care of the link sees it
      // Twice as long each time: all that was refused at once is told the same wait, and there is not enough for all of it then.
      await pause(clock, Math.min(LONGEST_MS, (waitMs || WAIT_MS) * 2 ** (tries - 1)))
    }
  }
}
