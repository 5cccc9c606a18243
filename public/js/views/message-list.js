/**
 * What was said in the open room: confirmed messages by seq, the holes between them, and below what I have written and the server
 * does not have yet. Whoever reads at the bottom stays there; whoever reads further up is not moved.
 */

import { fillMessage, fillPending, makeRow } from './message-row.js'
import { the, Rows, View } from './view.js'

const NEAR_PX = 60
const SHOWN_MS = 2_500

/** @typedef {import('./message-row.js').Row} Row */

export class MessageList extends View {
  #room_id = ''
  #rows = /** @type {Rows<Row> | null} */ (null)
  #loading = false
  #follows = true

  enter() {
    const { messages, outbox, rooms, here, presence, typing, session, socket } = this.house
    this.follow(messages, outbox, rooms, here, presence, typing, session, socket)
    this.#rows = new Rows(this.the('list'), makeRow, (element, row) => this.#fill(element, row))
    this.on(this.the('scroll'), 'scroll', () => this.#scrolled())
    this.on(this.the('newest'), 'click', () => this.#toBottom())
    this.on(document, 'visibilitychange', () => this.#read())
    const size = new ResizeObserver(() => this.#follows && this.#toBottom())
    size.observe(this.the('scroll'))
  }

  draw() {
    const { here, rooms } = this.house
    const scroll = this.the('scroll')
    const entered = here.room_id !== this.#room_id
    this.#room_id = here.room_id
    this.hidden = !rooms.mine(here.room_id)
    if (entered) this.#follows = true
    const [height, top] = [scroll.scrollHeight, scroll.scrollTop]
    const first = this.#first
    this.#rows?.draw(this.hidden ? [] : this.#all())
    this.#drawTyping()
    if (this.#follows) this.#toBottom()
    else if (first !== this.#first) scroll.scrollTop = top + scroll.scrollHeight - height
    this.#reveal()
    this.#read()
    this.the('newest').hidden = this.#follows
  }

  get #first() {
    return this.house.messages.timeline(this.#room_id).first
  }

  /** @returns {Array<{key: string, version: string, row: Row}>} */
  #all() {
    const { messages, outbox, presence, session, rooms } = this.house
    const timeline = messages.timeline(this.#room_id)
    const holes = new Map(timeline.holes.map((hole) => [hole.after, hole]))
    const rows = timeline.messages.flatMap((msg) => {
      const name = presence.nameOf(msg.user_id, msg.user_handle)
      const found = [{ key: `m ${msg.seq}`, version: `${msg.rev} ${name}`, row: /** @type {Row} */ ({ msg, name }) }]
      const hole = holes.get(msg.seq)
      if (hole) found.push({ key: `h ${msg.seq}`, version: `${hole.before}`, row: { hole } })
      return found
    })
    const mine = session.user?.user_id ?? ''
    for (const item of outbox.waiting(this.#room_id)) {
      if (timeline.holds(mine, item.client_msg_id)) continue // its event was quicker than its answer
      const name = presence.nameOf(mine, session.user?.display_name)
      rows.push({ key: `p ${item.client_msg_id}`, version: `${item.failed} ${name}`, row: { item, name } })
    }
    this.the('older').hidden = !timeline.hasOlder
    this.the('empty').hidden = rows.length > 0 || timeline.standing !== 'fresh' || !rooms.mine(this.#room_id)
    this.the('waiting').hidden = rows.length > 0 || timeline.standing === 'fresh'
    return rows
  }

  /**
   * @param {HTMLElement} element
   * @param {Row} row
   */
  #fill(element, row) {
    const { outbox, messages, notices } = this.house
    const room_id = this.#room_id
    if ('msg' in row) fillMessage(element, row)
    else if ('item' in row) fillPending(element, row, outbox)
    else the(element, 'fill').onclick = () => void notices.tryTo(() => messages.fill(room_id, row.hole))
  }

  #drawTyping() {
    const { typing, presence } = this.house
    const names = typing.in(this.#room_id).map((user_id) => presence.nameOf(user_id))
    this.the('typing').textContent = names.length ? `${names.join(', ')} ${names.length > 1 ? 'are' : 'is'} typing…` : ''
  }

  #scrolled() {
    const scroll = this.the('scroll')
    this.#follows = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < NEAR_PX
    this.the('newest').hidden = this.#follows
    this.#read()
    if (scroll.scrollTop < NEAR_PX && this.house.messages.timeline(this.#room_id).hasOlder) void this.#older()
  }

  async #older() {
    const { messages, notices, socket } = this.house
    if (this.#loading || !socket.live) return
    this.#loading = true
    await notices.tryTo(() => messages.older(this.#room_id))
    this.#loading = false
  }

  #toBottom() {
    const scroll = this.the('scroll')
    this.#follows = true
    scroll.scrollTop = scroll.scrollHeight
  }

  /** Only what stood before somebody's eyes counts as read. */
  #read() {
    const { messages, rooms, marks } = this.house
    const timeline = messages.timeline(this.#room_id)
    const seen = this.#follows && !this.hidden && this.checkVisibility() && document.visibilityState === 'visible'
    if (!seen || timeline.standing !== 'fresh') return
    const read = rooms.get(this.#room_id)?.read_seq ?? 0
    if (timeline.last <= read) return
    marks.read(this.#room_id, timeline.last)
    rooms.read(this.#room_id, timeline.last)
  }

  /** Goes to a message that was asked for, as soon as it is here. */
  #reveal() {
    const { here, clock } = this.house
    const element = here.seq ? this.#rows?.element(`m ${here.seq}`) : undefined
    if (!element) return
    here.seq = 0
    this.#follows = false
    element.scrollIntoView({ block: 'center' })
    element.classList.add('shown')
    clock.after(SHOWN_MS, () => element.classList.remove('shown'))
  }
}
