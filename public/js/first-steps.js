/**
 * Three steps from an empty server to an invited friend, for the admin who is alone on it: a name, a room, an invite. Once they
 * are done, or somebody else is here (a bot is nobody), or the admin wants none of it, nothing is ever said of them again in this browser.
 *
 * Tells `change`.
 */

/** @typedef {'name' | 'room' | 'invite'} Step */
/** @typedef {{step: Step, done: Set<Step>}} Way */

const STEPS = /** @type {const} */ (['name', 'room', 'invite'])

export class FirstSteps extends EventTarget {
  #doors

  /**
   * @param {object} doors
   * @param {import('./shelf.js').Shelf} doors.shelf
   * @param {import('./session.js').Session} doors.session
   * @param {import('./rooms.js').Rooms} doors.rooms
   * @param {import('./presence.js').Presence} doors.presence
   */
  constructor(doors) {
    super()
    this.#doors = doors
    const tell = () => this.dispatchEvent(new CustomEvent('change'))
    for (const noun of [doors.session, doors.rooms, doors.presence]) noun.addEventListener('change', tell)
  }

  /** @returns {Way | null} the next step, or null when there is nothing to be said */
  get way() {
    const { session, rooms, presence } = this.#doors
    if (!session.isAdmin || !rooms.loaded || !presence.loaded || this.#kept.includes('over')) return null
    if (presence.all().some(({ user_id, bot }) => !bot && user_id !== session.user?.user_id)) return null
    const done = new Set(STEPS.filter((step) => this.#kept.includes(step)))
    if (rooms.all().some(({ joined }) => joined)) done.add('room')
    const step = STEPS.find((one) => !done.has(one))
    return step ? { step, done } : null
  }

  /** @param {Step | 'over'} step */
  did(step) {
    this.#doors.shelf.put(this.#key, [...new Set([...this.#kept, step])])
    this.dispatchEvent(new CustomEvent('change'))
  }

  /** @returns {string[]} */
  get #kept() {
    const kept = this.#doors.shelf.get(this.#key)
    return Array.isArray(kept) ? kept : []
  }

  get #key() {
    return `${this.#doors.session.user?.user_id ?? ''}/steps`
  }
}
