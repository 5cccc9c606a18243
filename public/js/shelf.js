/**
 * LocalStorage as a shelf of JSON values, which may be missing, full, forbidden or damaged: none of that ever throws.
 * What does not fit is kept in memory for as long as the page lives, and `put` says so by returning false.
 */

const PREFIX = 'dcc/'

export class Shelf {
  #storage
  #memory = /** @type {Map<string, string>} */ (new Map())
  /** Called when the shelf is full; returns whether it could throw something away. */
  makeRoom = () => false

  /** @param {Storage | null} storage */
  constructor(storage) {
    this.#storage = storage
  }

  /**
   * @param {string} key
   * @returns {any} undefined when there is none, or none that can be read
   */
  get(key) {
    const text = this.#read(key)
    if (text === null) return undefined
    try {
      return JSON.parse(text)
    } catch {
      this.remove(key)
    }
  }

  /**
   * @param {string} key
   * @param {unknown} value
   * @returns {boolean} whether it outlives this page
   */
  put(key, value) {
    const text = JSON.stringify(value)
    do {
      if (this.#write(key, text)) {
        this.#memory.delete(key)
        return true
      }
    } while (this.#storage && this.makeRoom())
    this.#memory.set(key, text)
    return false
  }

  /** @param {string} key */
  remove(key) {
    this.#memory.delete(key)
    try {
      this.#storage?.removeItem(PREFIX + key)
    } catch {
      // forbidden: then there was nothing either
    }
  }

  /**
   * @param {string} start
   * @returns {string[]} sorted
   */
  keys(start) {
    const found = new Set([...this.#memory.keys(), ...this.#stored()])
    return [...found].filter((key) => key.startsWith(start)).sort()
  }

  /**
   * How much room a value takes, in characters.
   * @param {string} key
   */
  size(key) {
    return this.#read(key)?.length ?? 0
  }

  /**
   * The key that another tab changed, or null.
   * @param {StorageEvent} event
   */
  static changed({ key }) {
    return key?.startsWith(PREFIX) ? key.slice(PREFIX.length) : null
  }

  /**
   * What another tab wrote there; it may be gone again by now. Undefined when it took something away.
   * @param {StorageEvent} event
   * @returns {any}
   */
  static written({ newValue }) {
    try {
      return JSON.parse(newValue ?? '')
    } catch {
      return undefined
    }
  }

  /** @returns {string[]} */
  #stored() {
    try {
      return Object.keys(this.#storage ?? {}).filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length))
    } catch {
      return []
    }
  }

  /** @param {string} key */
  #read(key) {
    const kept = this.#memory.get(key)
    if (kept !== undefined) return kept
    try {
      return this.#storage?.getItem(PREFIX + key) ?? null
    } catch {
      return null
    }
  }

  /**
   * @param {string} key
   * @param {string} text
   */
  #write(key, text) {
    try {
      this.#storage?.setItem(PREFIX + key, text)
      return Boolean(this.#storage)
    } catch {
      return false
    }
  }
}
