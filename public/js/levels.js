/**
 * What may call me: for each room all, mentions or nothing; whether by a sound, by the desktop, or not at all for now. Kept per user in this
 * browser, and the same in all its tabs.
 *
 * Tells `change`.
 */

export const LEVELS = Object.freeze(['all', 'mentions', 'none'])

/** @typedef {'all' | 'mentions' | 'none'} Level */
/** @typedef {{desktop: boolean, sound: boolean, dnd: boolean}} Ways */
/** @typedef {Pick<import('./protocol.js').ListedRoom, 'room_id' | 'kind'>} Room */

const USUAL = Object.freeze({ desktop: false, sound: true, dnd: false })

export class Levels extends EventTarget {
  #doors

  /** @param {{shelf: import('./shelf.js').Shelf, user: () => string}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
  }

  /**
   * A group is among friends: all of it. A public room calls me by my name.
   * @param {Room} room
   * @returns {Level}
   */
  of({ room_id, kind }) {
    const kept = this.#doors.shelf.get(this.#key(`level/${room_id}`))
    return LEVELS.includes(kept) ? kept : kind === 'group' ? 'all' : 'mentions'
  }

  /**
   * @param {string} room_id
   * @param {Level} level
   */
  set(room_id, level) {
    if (LEVELS.includes(level)) this.#keep(`level/${room_id}`, level)
  }

  /** @returns {Ways} */
  get ways() {
    const kept = Object(this.#doors.shelf.get(this.#key('ways')))
    const choice = (/** @type {keyof Ways} */ name) => (typeof kept[name] === 'boolean' ? kept[name] : USUAL[name])
    return { desktop: choice('desktop'), sound: choice('sound'), dnd: choice('dnd') }
  }

  /** @param {Partial<Ways>} change */
  choose(change) {
    this.#keep('ways', { ...this.ways, ...change })
  }

  /**
   * Another tab has changed the shelf.
   * @param {string} key
   */
  heard(key) {
    if (key.startsWith(this.#key(''))) this.#tell()
  }

  /**
   * @param {string} what
   * @param {unknown} value
   */
  #keep(what, value) {
    if (this.#doors.user()) this.#doors.shelf.put(this.#key(what), value)
    this.#tell()
  }

  /** @param {string} what */
  #key(what) {
    return `${this.#doors.user()}/notices/${what}`
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/**
 * What waits for me over all rooms: a room that is to be silent adds nothing, mentions in it neither.
 * @param {import('./protocol.js').ListedRoom[]} rooms
 * @param {Levels} levels
 */
export function waitingFor(rooms, levels) {
  let [unread, mentions] = [0, 0]
  for (const room of rooms) {
    if (!room.joined || levels.of(room) === 'none') continue
    unread += Math.max(0, room.last_seq - room.read_seq)
    mentions += room.unread_mentions ?? 0
  }
  return { unread, mentions }
}
