/**
 * Everybody who has an account here, for admins: who they are, making admins, keeping people out; and bots with their tokens.
 *
 * Tells `change`.
 */

import { Request } from './protocol.js'

/** @typedef {import('./protocol.js').Account} Account */
/** @typedef {import('./protocol.js').AdminBot} Made a bot and its token, which is told this once */

/** The bot that lives in the server: it has no token. */
export const BUILT_IN = 'u_hubot'

export class Accounts extends EventTarget {
  #socket
  #accounts = /** @type {Account[]} */ ([])

  /** @param {{socket: import('./socket.js').Socket}} doors */
  constructor({ socket }) {
    super()
    this.#socket = socket
  }

  /** @returns {Account[]} in order of joining */
  all() {
    return this.#accounts
  }

  async load() {
    const { users } = await this.#socket.ask(Request.AdminUsers)
    this.#become(users)
  }

  /**
   * @param {string} user_id
   * @param {{roles?: Array<'admin'>, banned?: boolean}} change
   */
  async update(user_id, change) {
    const { user } = await this.#socket.ask(Request.AdminUserUpdate, { user_id, ...change })
    this.#become(this.#accounts.map((one) => (one.user_id === user_id ? user : one)))
  }

  /**
   * @param {string} handle
   * @param {number} ttl_ms how long its token is good
   * @returns {Promise<Made>}
   */
  makeBot(handle, ttl_ms) {
    return this.#made(Request.AdminBotCreate, { handle, ttl_ms })
  }

  /**
   * Ends the token that the bot had.
   * @param {string} user_id
   * @param {number} ttl_ms
   * @returns {Promise<Made>}
   */
  renewToken(user_id, ttl_ms) {
    return this.#made(Request.AdminBotToken, { user_id, ttl_ms })
  }

  /** @param {string} user_id */
  async revokeToken(user_id) {
    await this.#socket.ask(Request.AdminBotRevoke, { user_id })
    await this.load()
  }

  reset() {
    this.#accounts = []
  }

  /**
   * @param {string} word
   * @param {object} body
   */
  async #made(word, body) {
    const made = await this.#socket.ask(word, body)
    void this.load().catch(() => {}) // the token is made and told only now; the list is only behind
    return made
  }

  /** @param {Account[]} accounts */
  #become(accounts) {
    this.#accounts = accounts
    this.dispatchEvent(new CustomEvent('change'))
  }
}
