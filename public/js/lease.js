/**
 * One tab at a time. Web Locks where the page may use them; they exist only on HTTPS and localhost, so for plain HTTP in a
 * home network there is a lease in LocalStorage. That one can in a bad moment be held twice: what is done
 * under it must be harmless when done twice (a message carries its client_msg_id), only its order is at stake.
 */

import { pause } from './clock.js'

const HELD_MS = 15_000
const SETTLE_MS = 40
const RETRY_MS = 500

export class Lease {
  #doors

  /**
   * @param {object} doors
   * @param {import('./shelf.js').Shelf} doors.shelf
   * @param {LockManager | undefined} doors.locks
   * @param {import('./clock.js').Clock} doors.clock
   * @param {string} doors.owner unlike any other tab's
   */
  constructor(doors) {
    this.#doors = doors
  }

  /**
   * Waits its turn, then works. `keep` is to be called before each step that may take long.
   * @param {string} name
   * @param {(keep: () => void) => Promise<void>} work
   * @param {() => boolean} wanted asked again and again while waiting
   */
  async held(name, work, wanted) {
    if (this.#doors.locks) return this.#doors.locks.request(`dcc/${name}`, async () => void (await work(() => {})))
    while (!(await this.#take(name))) {
      await pause(this.#doors.clock, RETRY_MS)
      if (!wanted()) return
    }
    try {
      await work(() => this.#write(name))
    } finally {
      this.#give(name)
    }
  }

  /** @param {string} name */
  async #take(name) {
    if (this.#taken(name)) return false
    this.#write(name)
    await pause(this.#doors.clock, SETTLE_MS) // two tabs that wrote at once both look again; the last writer has it
    return this.#doors.shelf.get(`lease/${name}`)?.owner === this.#doors.owner
  }

  /** @param {string} name */
  #taken(name) {
    const lease = this.#doors.shelf.get(`lease/${name}`)
    const now = this.#doors.clock.now()
    const runs = typeof lease?.until === 'number' && lease.until > now && lease.until <= now + HELD_MS // a clock set back frees it
    return runs && lease.owner !== this.#doors.owner
  }

  /** @param {string} name */
  #write(name) {
    this.#doors.shelf.put(`lease/${name}`, { owner: this.#doors.owner, until: this.#doors.clock.now() + HELD_MS })
  }

  /** @param {string} name */
  #give(name) {
    if (this.#doors.shelf.get(`lease/${name}`)?.owner === this.#doors.owner) this.#doors.shelf.remove(`lease/${name}`)
  }
}
