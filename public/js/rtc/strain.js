/**
 * How hard pressed the processor is: pictures that come out smaller because of it for five seconds make all cameras smaller, then
 * smaller still, and then small tiles go without. Back one step at a time after a long calm, and after a longer one each time that
 * this proved too early: otherwise it would swing for ever.
 */

const PRESSED_MS = 5_000
const CALM_MS = 30_000
const LONGEST_CALM_MS = 240_000

/** @type {ReadonlyArray<import('./budget.js').Strain>} */
const STEPS = [
  { scale: 1, largeOnly: false },
  { scale: 1.5, largeOnly: false },
  { scale: 2.25, largeOnly: false },
  { scale: 2.25, largeOnly: true },
]

export class Strain {
  #step = 0
  #pressed = false
  #since = 0
  #calm = CALM_MS
  #easedAt = -Infinity

  /** What to do now. */
  get now() {
    return STEPS[this.#step] ?? STEPS[0]
  }

  /**
   * @param {boolean} pressed whether the processor holds a picture back
   * @param {number} now ms
   * @returns {boolean} whether something else is to be done than before
   */
  feel(pressed, now) {
    if (pressed !== this.#pressed || !this.#since) {
      this.#pressed = pressed
      this.#since = now
    }
    const long = now - this.#since
    if (pressed && long >= PRESSED_MS && this.#step < STEPS.length - 1) return this.#go(1, now)
    if (!pressed && long >= this.#calm && this.#step > 0) return this.#go(-1, now)
    return false
  }

  /**
   * @param {1 | -1} way
   * @param {number} now
   */
  #go(way, now) {
    if (way > 0 && now - this.#easedAt < this.#calm) this.#calm = Math.min(LONGEST_CALM_MS, this.#calm * 2)
    if (way < 0) this.#easedAt = now
    this.#step += way
    this.#since = now
    return true
  }
}
