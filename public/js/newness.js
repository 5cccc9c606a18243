/**
 * From where on a room is new to me: the place of the divider. It is set when I come to something unread, or when something comes that
 * I do not look at, and stays where it is until I leave the room or look away with everything read.
 *
 * Tells `change`.
 */

export class Newness extends EventTarget {
  #room_id = ''
  #caught = false
  /** The last seq that was read; 0 for no divider. */
  after = 0

  /** @param {string} room_id */
  enter(room_id) {
    if (room_id === this.#room_id) return
    this.#room_id = room_id
    this.#caught = false
    this.after = 0
  }

  /**
   * @param {{read: number, last: number, watching: boolean}} now `watching`: whoever is here sees new messages as they come
   */
  look({ read, last, watching }) {
    const unread = read > 0 && last > read
    if (!this.after && unread && !(this.#caught && watching)) this.after = read
    if (!unread) this.#caught = true
  }

  /** I look away: what I have seen is not new any more. */
  rest() {
    if (this.#caught) this.after = 0
  }

  /** I know: no divider, please. */
  close() {
    this.after = 0
    this.#caught = true
    this.dispatchEvent(new CustomEvent('change'))
  }
}
