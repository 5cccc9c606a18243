/**
 * Invites that are open, into this server (for admins) or into one room (for its moderators): made, listed, revoked. A place is
 * '' for the server, or a room's id. The token is told once, to whoever makes the invite.
 *
 * Tells `change` {place}.
 */

import { Request } from './protocol.js'

/** @typedef {{invite_id: string, created_at: number, created_by: string | null, expires_at: number, uses: number, max_uses: number, note?: string}} Invite */
/** @typedef {{kind: 'invite' | 'room-invite', token: string, expires_at: number, max_uses: number}} Made */

export class Invites extends EventTarget {
  #socket
  #places = /** @type {Map<string, Invite[]>} */ (new Map())

  /** @param {{socket: import('./socket.js').Socket}} doors */
  constructor({ socket }) {
    super()
    this.#socket = socket
  }

  /**
   * @param {string} place
   * @returns {Invite[]} the oldest first
   */
  of(place) {
    return this.#places.get(place) ?? []
  }

  /**
   * Whether the server has told us of them.
   * @param {string} place
   */
  known(place) {
    return this.#places.has(place)
  }

  /** @param {string} place */
  async load(place) {
    const { invites } = await this.#socket.ask(place ? Request.RoomInvites : Request.AdminInvites, within(place))
    this.#places.set(place, invites)
    this.#tell(place)
  }

  /**
   * @param {string} place
   * @param {{max_uses?: number, ttl_ms?: number}} [wanted] one person and one day, unless said
   * @returns {Promise<Made>}
   */
  async make(place, wanted = {}) {
    const word = place ? Request.RoomInviteCreate : Request.AdminInviteCreate
    const { invite_token, expires_at, max_uses } = await this.#socket.ask(word, { ...within(place), ...wanted })
    if (this.#places.has(place)) void this.load(place).catch(() => {}) // the invite is made; the list is only behind
    return { kind: place ? 'room-invite' : 'invite', token: invite_token, expires_at, max_uses }
  }

  /**
   * @param {string} place
   * @param {string} invite_id
   */
  async revoke(place, invite_id) {
    await this.#socket.ask(place ? Request.RoomInviteRevoke : Request.AdminInviteRevoke, { ...within(place), invite_id })
    await this.load(place)
  }

  reset() {
    this.#places.clear()
  }

  /** @param {string} place */
  #tell(place) {
    this.dispatchEvent(new CustomEvent('change', { detail: { place } }))
  }
}

/** @param {string} place */
const within = (place) => (place ? { room_id: place } : {})

/**
 * What to give to somebody. The token stands in the fragment, which no server and no log ever sees.
 * @param {string} wayIn an address without one
 * @param {string} kind
 * @param {string} token
 */
export const linkOf = (wayIn, kind, token) => `${wayIn}#${kind}=${encodeURIComponent(token)}`
