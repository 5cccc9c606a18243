/**
 * Which of my tabs calls me: the one that holds the lock and is connected, for only who is connected hears anything. Without locks (plain
 * HTTP) there are no desktop lines either, and each tab speaks for itself.
 */

const CALLER = 'dcc/alerts'

export class Caller {
  #locks
  #calls = false
  #decided = Promise.resolve()
  #giveUp = () => {}

  /** @param {LockManager | undefined} locks */
  constructor(locks) {
    this.#locks = locks
  }

  /** @param {boolean} live whether this tab is connected now */
  stand(live) {
    const locks = this.#locks
    this.#giveUp()
    this.#giveUp = () => {}
    this.#calls = live && !locks
    if (live && locks) this.#decided = new Promise((decided) => this.#apply(locks, () => decided(undefined)))
  }

  /** Known a moment after this tab is connected: what is said before that waits for it. */
  async isMe() {
    await this.#decided
    return this.#calls
  }

  /**
   * At once, so that it is decided; or else in line behind the tab that calls now.
   * @param {LockManager} locks
   * @param {() => void} decided
   */
  #apply(locks, decided) {
    const call = () => {
      this.#calls = true
      decided()
    }
    const wait = () => {
      decided()
      this.#giveUp = hold(locks, CALLER, { mode: 'exclusive' }, call)
    }
    const letGo = hold(locks, CALLER, { mode: 'exclusive', ifAvailable: true }, call, wait)
    this.#giveUp = () => {
      letGo()
      decided()
    }
  }
}

/**
 * @param {LockManager} locks
 * @param {string} name
 * @param {{mode: 'shared' | 'exclusive', ifAvailable?: boolean}} how
 * @param {() => void} [held]
 * @param {() => void} [taken] by somebody else, when it is wanted at once or not at all
 * @returns {() => void} lets go, or waits no longer
 */
export function hold(locks, name, how, held = () => {}, taken = () => {}) {
  const over = new AbortController()
  const work = (/** @type {Lock | null} */ lock) => {
    if (over.signal.aborted) return
    if (lock === null) return taken()
    return new Promise((resolve) => {
      over.signal.addEventListener('abort', resolve)
      held()
    })
  }
  const request = how.ifAvailable ? how : { ...how, signal: over.signal }
  locks.request(name, request, work).catch(() => {}) // called off while it waited
  return () => over.abort()
}
