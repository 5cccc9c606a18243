/**
 * Up to where each room was read: every message is taken once, in the order of its seq. What a connection did not bring is fetched from
 * the room's history. A reader that catches up goes on where it stood, also in its next life, since the server keeps its delivered mark;
 * one that does not begins anew at the room's end with each connection, and moves the mark there.
 */

import { Gone } from './link.mjs'

const PAGE = 200

/** @typedef {import('./link.mjs').Link} Link */
/** @typedef {{msg_id: string, seq: number, user_id: string, user_handle: string, text: string, bot?: boolean, deleted_at?: number}} Msg */
/** @typedef {{room_id: string, joined: boolean, last_seq: number, delivered_seq: number}} Listed */
/** @typedef {{seq: number, told: number, telling: boolean, filling: boolean, again: boolean}} Mark `told`: what the server knows of `seq` */

export class Reading {
  #catchUp
  #take
  #log
  #link = /** @type {Link | null} */ (null)
  #held = true
  #loaded = false
  #epoch = ''
  #marks = /** @type {Map<string, Mark>} */ (new Map())
  #early = /** @type {Set<string>} */ (new Set())

  /**
   * @param {boolean} catchUp
   * @param {(room_id: string, msg: Msg) => void} take
   * @param {{warn: (line: string) => void}} log
   */
  constructor(catchUp, take, log) {
    this.#catchUp = catchUp
    this.#take = take
    this.#log = log
  }

  /** A connection has begun: what comes before the marks are known is fetched later. */
  hold() {
    this.#held = true
  }

  /**
   * The rooms as they are now. `fresh` are those just entered: their delivered mark stands where they were entered.
   * @param {Link} link
   * @param {string} epoch another one than before: the server's history is another, too
   * @param {Listed[]} rooms
   * @param {Set<string>} [fresh]
   */
  begin(link, epoch, rooms, fresh = new Set()) {
    const known = this.#epoch === '' || this.#epoch === epoch
    this.#link = link
    this.#epoch = epoch
    for (const { room_id, joined, last_seq, delivered_seq } of rooms) {
      if (!joined) {
        this.#marks.delete(room_id)
        continue
      }
      const goesOn = fresh.has(room_id) || (this.#catchUp && known)
      const stood = this.#catchUp && known ? this.#marks.get(room_id)?.seq : undefined
      const seq = goesOn ? (stood ?? delivered_seq) : last_seq
      const mark = { seq, told: delivered_seq, telling: false, filling: false, again: false }
      this.#marks.set(room_id, mark)
      if (seq < last_seq) this.#early.add(room_id)
      void this.#tell(room_id, mark)
    }
    this.#held = false
    this.#fillEarly()
  }

  /** Whoever takes is ready from now on. */
  release() {
    this.#loaded = true
    this.#fillEarly()
  }

  /**
   * @param {string} room_id
   * @param {Msg} msg
   */
  hear(room_id, msg) {
    if (this.#held || !this.#loaded) {
      this.#early.add(room_id)
      if (!this.#held) this.#mark(room_id, msg)
      return
    }
    const mark = this.#mark(room_id, msg)
    if (mark.filling) mark.again = true
    else if (msg.seq > mark.seq + 1) void this.#fill(room_id, mark)
    else this.#read(room_id, mark, msg)
  }

  /** @param {string} room_id the bot is not in it any more */
  forget(room_id) {
    this.#marks.delete(room_id)
    this.#early.delete(room_id)
  }

  /**
   * @param {string} room_id a room that was not listed was entered since
   * @param {Msg} msg
   */
  #mark(room_id, msg) {
    const found = this.#marks.get(room_id) ?? { seq: msg.seq - 1, told: 0, telling: false, filling: false, again: false }
    this.#marks.set(room_id, found)
    return found
  }

  #fillEarly() {
    if (this.#held || !this.#loaded) return
    for (const room_id of this.#early) {
      const mark = this.#marks.get(room_id)
      if (mark) void this.#fill(room_id, mark)
    }
    this.#early.clear()
  }

  /**
   * @param {string} room_id
   * @param {Mark} mark
   */
  async #fill(room_id, mark) {
    const link = /** @type {Link} */ (this.#link)
    mark.filling = true
    try {
      for (let more = true; (more || mark.again) && this.#marks.get(room_id) === mark; ) {
        mark.again = false
        const page = await link.insist('msg.list', { room_id, after_seq: mark.seq, limit: PAGE })
        for (const msg of page.messages) this.#read(room_id, mark, msg)
        mark.seq = Math.max(mark.seq, page.next_after_seq)
        more = page.more
      }
    } catch (error) {
      if (!(error instanceof Gone)) this.#log.warn(`devchitchat: cannot read ${room_id}: ${/** @type {Error} */ (error).message}`)
    } finally {
      mark.filling = false
    }
  }

  /**
   * @param {string} room_id
   * @param {Mark} mark
   * @param {Msg} msg
   */
  #read(room_id, mark, msg) {
    if (msg.seq <= mark.seq || this.#marks.get(room_id) !== mark) return
    mark.seq = msg.seq
    if (!msg.deleted_at) this.#take(room_id, msg)
    void this.#tell(room_id, mark)
  }

  /**
   * One mark at a time; what was read meanwhile goes with the next one. Also of what was skipped: whoever lets it catch up from now on
   * does not mean last year.
   * @param {string} room_id
   * @param {Mark} mark
   */
  async #tell(room_id, mark) {
    if (mark.telling) return
    mark.telling = true
    try {
      while (mark.told < mark.seq) {
        const up_to_seq = mark.seq
        await /** @type {Link} */ (this.#link).insist('msg.delivered', { room_id, up_to_seq })
        mark.told = up_to_seq
      }
    } catch (error) {
      if (!(error instanceof Gone)) this.#log.warn(`devchitchat: cannot mark ${room_id}: ${/** @type {Error} */ (error).message}`)
    } finally {
      mark.telling = false
    }
  }
}
