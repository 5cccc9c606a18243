/**
 * More of a room than is here, page by page: what was said before, what lies in a hole, what stands around a message. A page leaves
 * nothing out, so a seq that is missing in the middle of one is missing for good.
 */

import { untilAnswered, untilCalm } from './again.js'
import { Request } from './protocol.js'
import { refusal } from './refusal.js'

const PAGE = 50
const LONG_PAGE = 200

/** @typedef {import('./timeline.js').Timeline} Timeline */
/** @typedef {import('./protocol.js').MsgListResult} Page */
/** @typedef {{socket: import('./socket.js').Socket, clock: import('./clock.js').Clock}} Doors */

export class Pages {
  #doors

  /** @param {Doors} doors */
  constructor(doors) {
    this.#doors = doors
  }

  /**
   * @param {object} body
   * @returns {Promise<Page>}
   */
  ask(body) {
    return untilAnswered(() => this.#doors.socket.ask(Request.MsgList, body), this.#doors)
  }

  /** @param {string} room_id */
  newest(room_id) {
    return this.ask({ room_id, limit: PAGE })
  }

  /**
   * @param {string} room_id
   * @param {number} rev
   */
  since(room_id, rev) {
    return this.ask({ room_id, after_rev: rev, limit: LONG_PAGE })
  }

  /**
   * @param {string} room_id
   * @param {Timeline} timeline
   */
  async older(room_id, timeline) {
    const { messages } = await this.#calm(timeline, { room_id, before_seq: timeline.first, limit: PAGE })
    put(timeline, messages)
    if (!messages.length) timeline.close(0)
  }

  /**
   * From one end of a hole, the one where the reader is.
   * @param {string} room_id
   * @param {Timeline} timeline
   * @param {import('./timeline.js').Hole} hole
   * @param {'down' | 'up'} [way]
   */
  async fill(room_id, timeline, { after, before }, way = 'down') {
    const place = way === 'down' ? { after_seq: after } : { before_seq: before }
    const { messages } = await this.#calm(timeline, { room_id, ...place, limit: PAGE })
    put(timeline, messages)
    const inside = messages.map(({ seq }) => seq).filter((seq) => seq > after && seq < before)
    if (way === 'down') timeline.close(after, inside[0] ?? before)
    else timeline.close(inside.at(-1) ?? after, before)
  }

  /**
   * @param {string} room_id
   * @param {Timeline} timeline
   * @param {number} seq
   */
  async around(room_id, timeline, seq) {
    const { messages } = await this.#calm(timeline, { room_id, around_seq: seq, limit: PAGE })
    put(timeline, messages)
  }

  /**
   * A message that is known by its id alone, and what was said around it.
   * @param {string} room_id
   * @param {Timeline} timeline
   * @param {string} msg_id
   * @returns {Promise<import('./protocol.js').Msg | undefined>} undefined for one that this room does not hold
   */
  async seek(room_id, timeline, msg_id) {
    const found = timeline.find(msg_id)
    if (found) return found
    try {
      const { messages } = await this.#calm(timeline, { room_id, around_msg_id: msg_id, limit: PAGE })
      put(timeline, messages)
    } catch (error) {
      if (refusal(error).code !== 'NOT_FOUND') throw error
    }
    return timeline.find(msg_id)
  }

  /**
   * Messages that are not here yet: should one of them change just now, its event found nothing to change.
   * @param {Timeline} timeline
   * @param {object} body
   */
  #calm(timeline, body) {
    return untilCalm(() => this.ask(body), () => timeline.missed)
  }
}

/**
 * @param {Timeline} timeline
 * @param {import('./protocol.js').Msg[]} messages a page by seq
 */
function put(timeline, messages) {
  timeline.add(messages)
  for (let i = 1; i < messages.length; i++) timeline.close(messages[i - 1]?.seq ?? 0, messages[i]?.seq ?? 0)
}
