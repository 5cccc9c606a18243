/**
 * How I am in a call, as the others see it: the first thing is said at once, then five times a second at most, and only what is otherwise
 * than they know.
 */

const APART_MS = 200

/** @typedef {{muted?: boolean, deafened?: boolean, cam?: boolean, speaking?: boolean, quality?: number}} How */

export class Said {
  #clock
  #say
  #how = /** @type {How} */ ({})
  #known = /** @type {How} */ ({})
  #waiting = false

  /**
   * @param {import('../clock.js').Clock} clock
   * @param {(change: How) => void} say
   */
  constructor(clock, say) {
    this.#clock = clock
    this.#say = say
  }

  get how() {
    return this.#how
  }

  /**
   * @param {How} change
   * @returns {boolean} whether I was otherwise before
   */
  be(change) {
    const before = this.#how
    this.#how = { ...before, ...change }
    if (!this.#waiting) this.#speak()
    return Object.entries(change).some(([name, value]) => before[/** @type {keyof How} */ (name)] !== value)
  }

  /** Nobody knows any of it: a place was taken. */
  anew() {
    this.#known = {}
    if (!this.#waiting) this.#speak()
  }

  /** The next call begins without what was in this one. */
  forget() {
    this.#how = this.#known = {}
  }

  #speak() {
    const change = Object.fromEntries(Object.entries(this.#how).filter(([name, value]) => this.#known[/** @type {keyof How} */ (name)] !== value))
    if (!Object.keys(change).length) return
    this.#known = { ...this.#known, ...change }
    this.#say(change)
    this.#waiting = true
    this.#clock.after(APART_MS, () => {
      this.#waiting = false
      this.#speak()
    })
  }
}
