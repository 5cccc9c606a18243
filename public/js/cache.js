/**
 * What this browser remembers of the server: who I am, my rooms, the last messages of each, my drafts. A copy only, per user and
 * epoch; it may be dropped at any time and is, at logout and when the server's epoch is another. What has not
 * been sent yet is no copy: the outbox keeps it beside, and a new epoch leaves it alone.
 */

const KEPT_MESSAGES = 100
const FEWEST_MESSAGES = 10

/** @typedef {import('./protocol.js').User} User */
/** @typedef {import('./protocol.js').Msg} Msg */
/** @typedef {{rev: number, messages: Msg[]}} Page */

export class Cache {
  #shelf
  #user_id = ''

  /** @param {import('./shelf.js').Shelf} shelf */
  constructor(shelf) {
    this.#shelf = shelf
    this.#user_id = this.user?.user_id ?? ''
    shelf.makeRoom = () => this.shrink()
  }

  /**
   * Who was here last, as long as they did not log out.
   * @returns {User | null}
   */
  get user() {
    const user = this.#shelf.get('me')?.user
    return typeof user?.user_id === 'string' && typeof user.handle === 'string' ? user : null
  }

  /**
   * The server says who we are. Whatever belongs to somebody else, or to a database that is no more, goes.
   * @param {User} user
   * @param {string} epoch
   * @returns {boolean} whether what was kept is still good
   */
  claim(user, epoch) {
    const me = this.#shelf.get('me')
    const same = me?.epoch === epoch && me?.user?.user_id === user.user_id
    if (this.user && this.user.user_id !== user.user_id) this.wipe()
    else if (!same) this.#drop(user.user_id)
    this.#user_id = user.user_id
    this.#shelf.put('me', { user, epoch })
    return same
  }

  /**
   * I am called otherwise now.
   * @param {User} user
   */
  keepUser(user) {
    const me = this.#shelf.get('me')
    if (me?.user?.user_id === user.user_id) this.#shelf.put('me', { ...me, user })
  }

  /** Logged out, or thrown out: nothing of anybody stays. */
  wipe() {
    for (const key of this.#shelf.keys('')) this.#shelf.remove(key)
    this.#user_id = ''
  }

  /** @returns {import('./protocol.js').ListedRoom[]} */
  rooms() {
    const rooms = this.#shelf.get(this.#key('rooms'))
    return Array.isArray(rooms) ? rooms.filter((room) => typeof room?.room_id === 'string') : []
  }

  /** @param {import('./protocol.js').ListedRoom[]} rooms */
  keepRooms(rooms) {
    if (this.#user_id) this.#shelf.put(this.#key('rooms'), rooms)
  }

  /**
   * @param {string} room_id
   * @returns {Page | null}
   */
  page(room_id) {
    const page = this.#shelf.get(this.#key(`page/${room_id}`))
    if (!Number.isSafeInteger(page?.rev) || !Array.isArray(page.messages)) return null
    const messages = page.messages.filter((/** @type {any} */ msg) => Number.isSafeInteger(msg?.seq) && typeof msg.text === 'string')
    return { rev: page.rev, messages }
  }

  /**
   * @param {string} room_id
   * @param {Page} page
   */
  keepPage(room_id, { rev, messages }) {
    if (this.#user_id) this.#shelf.put(this.#key(`page/${room_id}`), { rev, messages: messages.slice(-KEPT_MESSAGES) })
  }

  /** @param {string} room_id */
  forgetRoom(room_id) {
    this.#shelf.remove(this.#key(`page/${room_id}`))
    this.#shelf.remove(this.#key(`draft/${room_id}`))
    this.#shelf.remove(this.#key(`answer/${room_id}`))
  }

  /**
   * @param {string} room_id
   * @returns {string}
   */
  draft(room_id) {
    const draft = this.#shelf.get(this.#key(`draft/${room_id}`))
    return typeof draft === 'string' ? draft : ''
  }

  /**
   * @param {string} room_id
   * @param {string} text
   */
  keepDraft(room_id, text) {
    const key = this.#key(`draft/${room_id}`)
    if (text && this.#user_id) this.#shelf.put(key, text)
    else this.#shelf.remove(key)
  }

  /**
   * @param {string} room_id
   * @returns {Msg | undefined} what the draft there answers
   */
  answer(room_id) {
    const msg = this.#shelf.get(this.#key(`answer/${room_id}`))
    return typeof msg?.msg_id === 'string' && typeof msg.text === 'string' ? msg : undefined
  }

  /**
   * @param {string} room_id
   * @param {Msg} [msg]
   */
  keepAnswer(room_id, msg) {
    const key = this.#key(`answer/${room_id}`)
    if (msg && this.#user_id) this.#shelf.put(key, msg)
    else this.#shelf.remove(key)
  }

  /** Halves the largest page, and lets go of small ones; false when nothing is left to throw away. */
  shrink() {
    const pages = this.#shelf.keys(this.#key('page/')).map((key) => ({ key, size: this.#shelf.size(key) }))
    const largest = pages.sort((one, other) => other.size - one.size)[0]
    if (!largest) return false
    const page = this.#shelf.get(largest.key)
    const half = Math.floor((page?.messages?.length ?? 0) / 2)
    this.#shelf.remove(largest.key)
    if (half >= FEWEST_MESSAGES) this.#shelf.put(largest.key, { rev: page.rev, messages: page.messages.slice(-half) })
    return true
  }

  /** @param {string} user_id */
  #drop(user_id) {
    for (const key of this.#shelf.keys(`${user_id}/`)) {
      const what = key.slice(user_id.length + 1)
      if (what === 'rooms' || what.startsWith('page/')) this.#shelf.remove(key)
    }
  }

  /** @param {string} what */
  #key(what) {
    return `${this.#user_id}/${what}`
  }
}
