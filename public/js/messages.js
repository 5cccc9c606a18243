/**
 * What is said in rooms: a timeline for each that was opened, kept up to date. After every fall of the connection a timeline is stale
 * until it has asked for all that changed since its watermark; only then it believes live events again.
 *
 * Tells `change` {room_id}, `said` {room_id, msg} for each new message of any room, and `refused` {room_id, refusal}.
 */

import { untilAnswered, untilCalm } from './again.js'
import { Event as Told, Request } from './protocol.js'
import { refusal } from './refusal.js'
import { Timeline } from './timeline.js'

const PAGE = 50
const LONG_PAGE = 200
const MOST_PAGES = 5

/** @typedef {import('./protocol.js').MsgListResult} Page */

export class Messages extends EventTarget {
  #doors
  #timelines = /** @type {Map<string, Timeline>} */ (new Map())
  #working = /** @type {Map<string, Promise<void>>} */ (new Map())

  /**
   * @param {{socket: import('./socket.js').Socket, cache: import('./cache.js').Cache, clock: import('./clock.js').Clock}} doors
   */
  constructor(doors) {
    super()
    this.#doors = doors
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
    const timeline = this.timeline(room_id)
    const { messages } = await this.#calmPage(timeline, { room_id, before_seq: timeline.first, limit: PAGE })
    timeline.add(messages)
    if (!messages.length) timeline.close(0)
    this.#changed(room_id)
  }

  /**
   * @param {string} room_id
   * @param {import('./timeline.js').Hole} hole
   */
  async fill(room_id, { after, before }) {
    const timeline = this.timeline(room_id)
    const { messages, more } = await this.#calmPage(timeline, { room_id, after_seq: after, limit: PAGE })
    timeline.add(messages)
    const next = messages[0]?.seq ?? before
    if (next > after + 1 || (!messages.length && !more)) timeline.close(after)
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
    const { messages } = await this.#calmPage(timeline, { room_id, around_seq: seq, limit: PAGE })
    timeline.add(messages)
    this.#changed(room_id)
  }

  /**
   * My own message is on disk: it stays visible until its event brings it whole.
   * @param {import('./outbox.js').Item} item
   * @param {import('./protocol.js').MsgAck} ack
   * @param {import('./protocol.js').User} user
   */
  acknowledged({ room_id, text, client_msg_id }, { msg_id, seq, ts }, { user_id, handle }) {
    const timeline = this.timeline(room_id)
    if (timeline.last && seq > timeline.last + 1) return // others come first; so will this one
    timeline.change([{ msg_id, seq, rev: 0, user_id, user_handle: handle, ts, text, client_msg_id }])
    this.#changed(room_id)
  }

  /** @param {string} room_id */
  forget(room_id) {
    this.#timelines.delete(room_id)
    this.#doors.cache.forgetRoom(room_id)
    this.#tell('change', { room_id })
  }

  reset() {
    const rooms = [...this.#timelines.keys()]
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
      const { messages, next_after_rev, more } = await this.#page({ room_id, after_rev: rev, limit: LONG_PAGE })
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
    const { messages, next_after_rev } = await this.#page({ room_id, limit: PAGE })
    timeline.add(messages)
    return next_after_rev
  }

  /**
   * A page of messages that are not here yet: should one of them change just now, its event found nothing to change.
   * @param {Timeline} timeline
   * @param {object} body
   */
  #calmPage(timeline, body) {
    return untilCalm(() => this.#page(body), () => timeline.missed)
  }

  /**
   * @param {object} body
   * @returns {Promise<Page>}
   */
  #page(body) {
    return untilAnswered(() => this.#doors.socket.ask(Request.MsgList, body), this.#doors)
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
    for (const timeline of this.#timelines.values()) timeline.lapse()
  }

  /** @param {string} room_id */
  #changed(room_id) {
    const timeline = this.timeline(room_id)
    // A watermark may be kept only with all that lies below it: so not in the middle of a catch-up.
    if (timeline.standing === 'fresh') this.#doors.cache.keepPage(room_id, { rev: timeline.rev, messages: tail(timeline) })
    this.#tell('change', { room_id })
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

/**
 * The last messages without a hole between them, and without those that only an ack has told of.
 * @param {Timeline} timeline
 */
function tail(timeline) {
  const from = timeline.holes.at(-1)?.before ?? 0
  return timeline.messages.filter((msg) => msg.seq >= from && msg.rev > 0)
}
