/**
 * What is said in rooms: a timeline for each that was opened, kept up to date. After every fall of the connection a timeline is stale
 * until it has asked for all that changed since its watermark; only then it believes live events again.
 *
 * Tells `change` {room_id}, `said` {room_id, msg} for each new message of any room, and `refused` {room_id, refusal}.
 */

import { Pages } from './pages.js'
import { Event as Told } from './protocol.js'
import { refusal } from './refusal.js'
import { Timeline } from './timeline.js'

const MOST_PAGES = 5
const KEEP_MS = 500

export class Messages extends EventTarget {
  #doors
  #pages
  #timelines = /** @type {Map<string, Timeline>} */ (new Map())
  #working = /** @type {Map<string, Promise<void>>} */ (new Map())
  #unkept = /** @type {Set<string>} */ (new Set())

  /**
   * @param {{socket: import('./socket.js').Socket, cache: import('./cache.js').Cache, clock: import('./clock.js').Clock}} doors
   */
  constructor(doors) {
    super()
    this.#doors = doors
    this.#pages = new Pages(doors)
    const { socket } = doors
    socket.addEventListener('state', () => socket.live || this.#lapse())
    this.#on(Told.MsgEvent, ({ room_id, msg }) => {
      this.#hear(room_id, (timeline) => timeline.hear(msg))
      this.#tell('said', { room_id, msg })
    })
    this.#on(Told.MsgUpdated, ({ room_id, msg }) => this.#hear(room_id, (timeline) => timeline.hear(msg)))
    this.#on(Told.MsgReactionEvent, (reaction) => this.#hear(reaction.room_id, (timeline) => timeline.hearReaction(reaction)))
  }

  /**
   * @param {string} room_id
   * @returns {Timeline} as far as it is here
   */
  timeline(room_id) {
    const held = this.#timelines.get(room_id)
    if (held) return held
    const timeline = new Timeline()
    const page = this.#doors.cache.page(room_id)
    if (page) {
      timeline.add(page.messages)
      timeline.rev = page.rev
    }
    this.#timelines.set(room_id, timeline)
    return timeline
  }

  /**
   * Brings a room up to date; again and again does no harm.
   * @param {string} room_id
   * @returns {Promise<void>}
   */
  sync(room_id) {
    const working = this.#working.get(room_id)
    if (working || !this.#doors.socket.live || this.timeline(room_id).standing === 'fresh') return working ?? Promise.resolve()
    const work = this.#catchUp(room_id).then((again) => {
      this.#working.delete(room_id)
      return again ? this.sync(room_id) : undefined
    })
    this.#working.set(room_id, work)
    return work
  }

  /** @param {string} room_id */
  async older(room_id) {
    await this.#pages.older(room_id, this.timeline(room_id))
    this.#changed(room_id)
  }

  /**
   * @param {string} room_id
   * @param {import('./timeline.js').Hole} hole
   * @param {'down' | 'up'} [way] where the reader comes from
   */
  async fill(room_id, hole, way) {
    await this.#pages.fill(room_id, this.timeline(room_id), hole, way)
    this.#changed(room_id)
  }

  /**
   * Brings a message and what was said around it.
   * @param {string} room_id
   * @param {number} seq
   */
  async around(room_id, seq) {
    await this.sync(room_id)
    const timeline = this.timeline(room_id)
    if (timeline.get(seq)) return
    await this.#pages.around(room_id, timeline, seq)
    this.#changed(room_id)
  }

  /**
   * Brings a message that is known by its id alone, and what was said around it.
   * @param {string} room_id
   * @param {string} msg_id
   */
  async seek(room_id, msg_id) {
    await this.sync(room_id)
    const found = await this.#pages.seek(room_id, this.timeline(room_id), msg_id)
    this.#changed(room_id)
    return found
  }

  /**
   * The server has answered what a message is now. Its event comes too, and only that moves the watermark.
   * @param {string} room_id
   * @param {import('./protocol.js').Msg} msg
   */
  changed(room_id, msg) {
    this.timeline(room_id).change([msg])
    this.#changed(room_id)
  }

  /** What waits to be kept is kept now: this page may end. */
  settle() {
    for (const room_id of this.#unkept) this.#keep(room_id)
  }

  /** @param {string} room_id */
  forget(room_id) {
    this.#timelines.delete(room_id)
    this.#doors.cache.forgetRoom(room_id)
    this.#tell('change', { room_id })
  }

  reset() {
    const rooms = [...this.#timelines.keys()]
    this.#unkept.clear()
    this.#timelines.clear()
    for (const room_id of rooms) this.#tell('change', { room_id })
  }

  /**
   * @param {string} room_id
   * @returns {Promise<boolean>} whether it has to be done again: something was lost, or the connection is another one now
   */
  async #catchUp(room_id) {
    const timeline = this.timeline(room_id)
    timeline.begin()
    try {
      const rev = (timeline.rev && (await this.#since(timeline, room_id))) || (await this.#newest(timeline, room_id))
      if (timeline !== this.#timelines.get(room_id)) return false // forgotten meanwhile
      timeline.finish(rev)
      this.#changed(room_id)
      return timeline.standing === 'stale'
    } catch (error) {
      timeline.lapse()
      const why = refusal(error)
      if (!why.passing) this.#tell('refused', { room_id, refusal: why })
      return why.passing && this.#doors.socket.live
    }
  }

  /**
   * @param {Timeline} timeline
   * @param {string} room_id
   * @returns {Promise<number>} the new watermark; 0 when so much has happened that starting anew is cheaper
   */
  async #since(timeline, room_id) {
    let rev = timeline.rev
    for (let pages = 0; pages < MOST_PAGES; pages++) {
      const { messages, next_after_rev, more } = await this.#pages.since(room_id, rev)
      timeline.change(messages)
      rev = Math.max(rev, next_after_rev)
      if (!more) return rev
    }
    timeline.clear()
    return 0
  }

  /**
   * @param {Timeline} timeline
   * @param {string} room_id
   */
  async #newest(timeline, room_id) {
    const { messages, next_after_rev } = await this.#pages.newest(room_id)
    timeline.add(messages)
    return next_after_rev
  }

  /**
   * @param {string} room_id
   * @param {(timeline: Timeline) => void} how
   */
  #hear(room_id, how) {
    const timeline = this.#timelines.get(room_id)
    if (!timeline) return
    how(timeline)
    this.#changed(room_id)
    if (timeline.standing === 'stale') void this.sync(room_id)
  }

  #lapse() {
    this.settle()
    for (const timeline of this.#timelines.values()) timeline.lapse()
  }

  /** @param {string} room_id */
  #changed(room_id) {
    if (!this.#unkept.has(room_id)) {
      this.#unkept.add(room_id)
      this.#doors.clock.after(KEEP_MS, () => this.#keep(room_id))
    }
    this.#tell('change', { room_id })
  }

  /**
   * The watermark is of this moment, and so are the messages. It may be kept only with all that lies below it: so not in the middle of a
   * catch-up, at the end of which there will be another time.
   * @param {string} room_id
   */
  #keep(room_id) {
    const timeline = this.#timelines.get(room_id)
    if (!this.#unkept.delete(room_id) || timeline?.standing !== 'fresh') return
    this.#doors.cache.keepPage(room_id, { rev: timeline.rev, messages: timeline.tail })
  }

  /**
   * @param {string} t
   * @param {(body: any) => void} hear
   */
  #on(t, hear) {
    this.#doors.socket.addEventListener(t, (event) => hear(/** @type {CustomEvent} */ (event).detail))
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}
