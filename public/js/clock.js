/**
 * Time, as the nouns know it: what time it is, and "call me later". Tests give another one, so that none of them waits.
 *
 * @typedef {{now: () => number, after: (ms: number, work: () => void) => () => void}} Clock  `after` returns what calls it off
 */

/** @type {Clock} */
export const clock = {
  now: () => Date.now(),
  after(ms, work) {
    const id = setTimeout(work, ms)
    return () => clearTimeout(id)
  },
}

/**
 * @param {Clock} clock
 * @param {number} ms
 * @returns {Promise<void>}
 */
export const pause = (clock, ms) => new Promise((resolve) => void clock.after(ms, resolve))
