/** How long to wait, and waiting. Half of each wait is chance, so that clients of a server that comes back do not come all at once. */

const FIRST_MS = 500
const LONGEST_MS = 30_000
const BUSY_MS = 1000

/**
 * Before the next try to connect.
 * @param {number} failures how many tries in a row have failed
 * @param {() => number} [random]
 */
export function untilNextTry(failures, random = Math.random) {
  const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 20))
  return Math.round((most * (1 + random())) / 2)
}

/**
 * Before the same may be asked again; null where asking again would change nothing.
 * @param {unknown} error
 */
export function untilAskedAgain(error) {
  const { code, details } = /** @type {{code?: string, details?: {retry_after_ms?: number}}} */ (error)
  if (code === 'RATE_LIMITED') return details?.retry_after_ms ?? BUSY_MS
  return code === 'UNAVAILABLE' ? BUSY_MS : null
}

/**
 * @param {number} ms
 * @param {AbortSignal} [signal] ends the wait at once
 * @returns {Promise<void>}
 */
export const pause = (ms, signal) =>
  new Promise((resolve) => {
    const end = () => resolve(clearTimeout(timer))
    const timer = setTimeout(() => resolve(signal?.removeEventListener('abort', end)), ms)
    signal?.addEventListener('abort', end)
  })
