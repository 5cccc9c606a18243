/**
 * What has left the outbox of this browser and is not in the timeline of this tab yet: the tab that sent it has its answer, another one
 * the word that was left on the shelf. Shown, and never sent again.
 */

/** @typedef {import('./outbox.js').Draft} Draft */
/** @typedef {import('./outbox.js').Item} Item */

export class Posted {
  #items = /** @type {Map<string, Item>} */ (new Map())

  /**
   * @param {string} key
   * @param {Draft} draft
   */
  put(key, draft) {
    this.#items.set(key, { ...draft, key, failed: '', kept: true })
  }

  /**
   * Another tab has written a draft, or taken it away. It writes where it was posted before it takes it away, and we may hear of each
   * only when all is done: so what is gone already stays until it is known why.
   * @param {string} key
   * @param {(Draft & {seq?: number}) | undefined} written
   * @param {boolean} gone by now
   */
  hear(key, written, gone) {
    if (written && (written.seq || gone)) this.put(key, written)
    else if (!this.#items.get(key)?.seq) this.#items.delete(key)
  }

  /** @param {string} key */
  has(key) {
    return this.#items.has(key)
  }

  /**
   * @param {string} place
   * @returns {Item[]}
   */
  at(place) {
    return [...this.#items.values()].filter(({ key }) => key.startsWith(place))
  }

  /**
   * @param {string} room_id
   * @param {(item: Item) => boolean} holds
   */
  handOver(room_id, holds) {
    for (const item of this.#items.values()) if (item.room_id === room_id && holds(item)) this.#items.delete(item.key)
  }

  clear() {
    this.#items.clear()
  }
}
