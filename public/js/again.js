/**
 * Two ways to ask more than once: until it succeeds, and until nothing happened meanwhile.
 */

import { pause } from './clock.js'
import { refusal } from './refusal.js'

const SLOWEST_MS = 8_000
const CALM_TRIES = 5

/**
 * Asks until there is an answer or a refusal that will stay. A broken connection ends it too: whoever is live again asks anew.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {{clock: import('./clock.js').Clock, socket: {live: boolean, life: number}}} doors
 * @returns {Promise<T>}
 */
export async function untilAnswered(ask, { clock, socket }) {
  const life = socket.live ? socket.life : socket.life + 1 // what is asked while we connect waits for the next
  for (let tries = 0; ; tries++) {
    try {
      return await ask()
    } catch (error) {
      const { passing, waitMs } = refusal(error)
      if (!passing || !socket.live) throw error
      await pause(clock, waitMs || Math.min(SLOWEST_MS, 250 * 2 ** tries))
      if (!socket.live || socket.life !== life) throw error
    }
  }
}

/**
 * A list is read beside the events that change it, so its answer may be older than an event that came first: ask again.
 * @template T
 * @param {() => Promise<T>} ask
 * @param {() => number} heard how many such events have come so far
 * @returns {Promise<T>}
 */
export async function untilCalm(ask, heard) {
  for (let tries = 1; ; tries++) {
    const before = heard()
    const answer = await ask()
    if (heard() === before || tries === CALM_TRIES) return answer
  }
}
