/**
 * Everybody who has an account here, for admins: who they are, making admins, keeping people out.
 *
 * Tells `change`.
 */

import { Request } from './protocol.js'

/** @typedef {import('./protocol.js').Account} Account */

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

  reset() {
    this.#accounts = []
  }

  /** @param {Account[]} accounts */
  #become(accounts) {
    this.#accounts = accounts
    this.dispatchEvent(new CustomEvent('change'))
  }
}
