/**
 * Who I am, and coming and going. The session itself is a cookie that no script can read; here is only the user.
 *
 * Tells `change`, `fresh` when what was cached is of no more use, and `gone` when everything of mine is to be forgotten.
 */

import { Event as Told, Request } from './protocol.js'
import { Refusal } from './refusal.js'

/** @typedef {import('./protocol.js').User} User */
/** @typedef {{invite_token: string, profile: {handle: string, display_name: string}} | {link_token: string}} Credential */

export class Session extends EventTarget {
  #socket
  #cache
  #fetch
  #user

  /**
   * `unknown` until the server has spoken (with a user from the cache, if there is one).
   * @type {'unknown' | 'guest' | 'member' | 'banned'}
   */
  standing = 'unknown'
  /** Why one is a guest: signed out elsewhere, or never signed in. */
  why = ''

  /**
   * @param {{socket: import('./socket.js').Socket, cache: import('./cache.js').Cache, fetch: typeof fetch}} doors
   */
  constructor({ socket, cache, fetch }) {
    super()
    this.#socket = socket
    this.#cache = cache
    this.#fetch = fetch
    this.#user = cache.user
    socket.addEventListener('hello', (event) => this.#greeted(/** @type {CustomEvent} */ (event).detail))
    socket.addEventListener('state', () => this.#ended())
    socket.addEventListener(Told.PresenceEvent, (event) => this.#renamed(/** @type {CustomEvent} */ (event).detail))
  }

  /** @returns {User | null} */
  get user() {
    return this.#user
  }

  get isAdmin() {
    return this.#user?.roles?.includes('admin') ?? false
  }

  /** @param {Credential} credential */
  async signIn(credential) {
    await this.#call('POST', credential)
    this.#socket.end('signing in')
    this.#socket.start()
  }

  async logOut() {
    await this.#call('DELETE')
    this.#socket.end('signed out')
  }

  /**
   * Be called otherwise; the server may tidy the name, and what it says holds.
   * @param {string} display_name
   */
  async rename(display_name) {
    const { user } = await this.#socket.ask(Request.AuthProfileSet, { display_name })
    this.#become(user)
  }

  /**
   * On another device of mine, perhaps.
   * @param {import('./protocol.js').PresenceEvent} event
   */
  #renamed({ user_id, meta }) {
    const display_name = meta?.display_name
    if (this.#user?.user_id === user_id && display_name && display_name !== this.#user.display_name) this.#become({ ...this.#user, display_name })
  }

  /** @param {User} user */
  #become(user) {
    if (user.user_id !== this.#user?.user_id) return
    this.#user = user
    this.#cache.keepUser(user)
    this.#tell('change')
  }

  /**
   * @param {string} method
   * @param {object} [body]
   */
  async #call(method, body) {
    const options = { method, headers: { 'Content-Type': 'application/json' }, body: body && JSON.stringify(body) }
    const answer = await this.#fetch('/session', options).catch(() => {
      throw new Refusal('OFFLINE', 'The server cannot be reached. Try again in a moment.')
    })
    if (!answer.ok) throw Refusal.of(await answer.json().catch(() => null))
  }

  /** @param {import('./protocol.js').HelloAck} ack */
  #greeted({ session, epoch }) {
    if (!session.authenticated || !session.user) return
    const changed = !this.#cache.claim(session.user, epoch)
    this.#user = session.user
    this.standing = 'member'
    if (changed) this.#tell('fresh')
    this.#tell('change')
  }

  #ended() {
    const { state } = this.#socket
    if (state.name !== 'ended' || state.why === 'signing in') return
    this.#user = null
    this.standing = state.why === 'banned' ? 'banned' : 'guest'
    this.why = state.why
    this.#cache.wipe()
    this.#tell('gone')
    this.#tell('change')
  }

  /** @param {string} type */
  #tell(type) {
    this.dispatchEvent(new CustomEvent(type))
  }
}
