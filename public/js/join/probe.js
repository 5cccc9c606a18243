/**
 * Whether this device trusts the server's certificate by now: asks our own HTTPS every two seconds until it does. A browser does not tell
 * why a request failed, so the page's own origin is asked too, to tell a server that is away from one that is not trusted.
 *
 * Tells `change`.
 */

const EVERY_MS = 2_000

/** @typedef {'busy' | 'trusted' | 'untrusted' | 'early' | 'over' | 'silent' | 'away'} Trust `early` and `over` are a wrong clock's; `silent` is a port that answers nothing, as behind a firewall */

export class Probe extends EventTarget {
  #doors
  #cancel = () => {}
  #turn = 0
  trust = /** @type {Trust} */ ('busy')

  /**
   * @param {object} doors
   * @param {(url: string, how?: RequestInit) => Promise<Pick<Response, 'status'>>} doors.fetch ends within a deadline, by a TimeoutError
   * @param {import('../clock.js').Clock} doors.clock
   * @param {string} doors.url
   * @param {() => 'early' | 'over' | null} doors.time where this device's clock stands to the certificate
   */
  constructor(doors) {
    super()
    this.#doors = doors
  }

  /** Asks now, whatever is on its way: somebody has just come back to the page. */
  nudge() {
    if (this.trust !== 'trusted') void this.#ask()
  }

  stop() {
    this.#turn++
    this.#cancel()
  }

  async #ask() {
    this.#cancel()
    const turn = ++this.#turn
    const trust = await this.#look()
    if (turn !== this.#turn) return
    if (trust !== 'trusted') this.#cancel = this.#doors.clock.after(EVERY_MS, () => void this.#ask())
    if (trust === this.trust) return
    this.trust = trust
    this.dispatchEvent(new CustomEvent('change'))
  }

  /** @returns {Promise<Trust>} */
  async #look() {
    const { fetch, url, time } = this.#doors
    try {
      const { status } = await fetch(url, { mode: 'cors', credentials: 'omit', cache: 'no-store' })
      return status === 204 ? 'trusted' : 'untrusted'
    } catch (error) {
      if (Object(error).name === 'TimeoutError') return 'silent'
      return fetch('/healthz', { cache: 'no-store' }).then(() => time() ?? 'untrusted', () => 'away')
    }
  }
}
