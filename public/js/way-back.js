/**
 * The way back from a panel of a phone: one step in the browser's history while a panel lies over the room, so that the back button
 * closes it and no press is wasted when it was closed otherwise.
 */

/** @typedef {{push: () => void, back: () => void}} Steps the browser's history, as far as we use it */

export class WayBack {
  #here
  #steps
  #stepped = false
  #returning = false

  /**
   * @param {import('./here.js').Here} here
   * @param {Steps} steps
   */
  constructor(here, steps) {
    this.#here = here
    this.#steps = steps
    here.addEventListener('change', () => this.#settle())
  }

  /** The browser went a step, for us or for the person. Whoever went there finds the address of another room: ours is written anew. */
  went() {
    if (!this.#stepped) return
    const asked = this.#returning
    this.#stepped = this.#returning = false
    this.#here.keepAddress()
    if (asked) this.#settle()
    else if (this.#here.over) this.#here.back()
  }

  #settle() {
    if (this.#returning || this.#here.over === this.#stepped) return
    if (this.#stepped) {
      this.#returning = true
      this.#steps.back()
    } else {
      this.#stepped = true
      this.#steps.push()
    }
  }
}
