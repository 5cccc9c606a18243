/** A line that is kept: one connection after the other, with longer and longer waits between them, until it is closed or there is no hope. */

import { Gone, Link, Refusal } from './link.mjs'
import { pause, untilNextTry } from './patience.mjs'
import { Hopeless } from './settings.mjs'
import { troubleWith } from './trouble.mjs'

const LASTING_MS = 60_000
const ENDED = Object.freeze({
  4001: 'this bot’s session was ended: its token is over, revoked or replaced; an admin makes a new one under Server, Bots',
  4003: 'this bot is banned from the server',
})
const REFUSED = 'the server does not know this token: it is over, revoked or replaced, is not whole, or is of another server, or the bot is banned'
const NO_USE = new Set(['AUTH_FAILED', 'BAD_REQUEST', 'UNSUPPORTED_VERSION'])

/** @typedef {import('./link.mjs').Frame} Frame */
/** @typedef {{warn: (line: string) => void}} Log */

export class Line {
  #settings
  #welcome
  #log
  #dial
  #trouble
  #closing = new AbortController()
  #link = /** @type {Link | null} */ (null)

  /**
   * @param {{url: string, token: string}} settings
   * @param {{welcome: (link: Link, hello: any) => Promise<void>, hear: (frame: Frame) => void}} ours welcome is asked after every hello
   * @param {Log} log
   * @param {(url: string, hear: (frame: Frame) => void) => Link} [dial]
   * @param {(url: string) => Promise<string>} [trouble]
   */
  constructor(settings, { welcome, hear }, log, dial = (url, hear) => new Link(url, hear), trouble = troubleWith) {
    this.#settings = settings
    this.#welcome = welcome
    this.#log = log
    this.#trouble = trouble
    this.#dial = () => dial(settings.url, hear)
  }

  /** Until it is closed. Throws Hopeless. */
  async keep() {
    for (let failures = 0; !this.#closed; ) {
      const link = (this.#link = this.#dial())
      const since = Date.now()
      await this.#greet(link)
      const end = await link.ended
      if (this.#closed) return
      if (end.code in ENDED) throw new Hopeless(ENDED[/** @type {keyof ENDED} */ (end.code)])
      failures = Date.now() - since > LASTING_MS ? 0 : failures
      const reason = link.opened ? `${end.code} ${end.reason}`.trim() : await this.#trouble(this.#settings.url)
      if (this.#closed) return
      const wait = untilNextTry(failures++)
      this.#log.warn(`devchitchat: no connection (${reason}); the next try is in ${(wait / 1000).toFixed(1)} s`)
      await pause(wait, this.#closing.signal)
    }
  }

  get #closed() {
    return this.#closing.signal.aborted
  }

  close() {
    this.#closing.abort()
    this.#link?.close()
  }

  /**
   * A connection whose beginning fails is over; only what no second try mends is thrown.
   * @param {Link} link
   */
  async #greet(link) {
    try {
      const hello = await link.greet(this.#settings.token)
      if (!hello.session.authenticated) throw new Hopeless(REFUSED)
      await this.#welcome(link, hello)
    } catch (error) {
      if (error instanceof Gone) return
      link.drop(/** @type {Error} */ (error).message)
      if (error instanceof Refusal && NO_USE.has(error.code)) throw new Hopeless(REFUSED)
      if (error instanceof Refusal && error.code === 'AUTH_REQUIRED') throw new Hopeless(ENDED[4001])
      if (!(error instanceof Refusal)) throw error
    }
  }
}
