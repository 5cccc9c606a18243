/**
 * Where somebody whom one invites begins: this page's own address mostly; but not where it is open on the server's own machine, which
 * nobody else can reach by that name, nor while their devices have yet to learn to trust the server.
 */

const HERE_ONLY = /^(localhost|127(\.\d+){3}|\[::1\])$/

/** @param {string} url */
export const isHereOnly = (url) => HERE_ONLY.test(new URL(url).hostname)

export class WayIn {
  #fetch
  #origin

  /** @param {{fetch: typeof fetch, origin: string}} doors */
  constructor({ fetch, origin }) {
    this.#fetch = fetch
    this.#origin = origin
  }

  /**
   * What a fragment is put behind; the page's own address where the server says nothing better. What signs in as somebody goes by
   * HTTPS alone: on plain HTTP whoever can change the page on its way could read it.
   * @param {string} kind
   */
  async find(kind) {
    const own = `${this.#origin}/`
    try {
      const answer = await this.#fetch('/join.json')
      const { join, host, https_port, has_authority } = await answer.json()
      if (typeof join !== 'string' || !join || !(has_authority || isHereOnly(own))) return own
      if (kind !== 'link' || !https_port) return join
      return isHereOnly(own) ? `https://${host || new URL(join).hostname}:${https_port}/` : own
    } catch {
      return own
    }
  }
}
