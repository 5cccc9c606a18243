/**
 * What was said in the open room, as much of it as is near the reader. Whoever reads at the end stays there; whoever reads further up is
 * not moved. What stood before somebody's eyes counts as read, and nothing else.
 */

import { feed, readersAt } from '../feed.js'
import { lacksBot } from '../order.js'
import { Span } from '../span.js'
import { MessageActions } from './message-actions.js'
import { listenForArrowUp, listenForMessages, rove } from './message-keys.js'
import { bring, seek } from './message-reach.js'
import { fillRow, makeRow, versionOf } from './message-row.js'
import { ReadingPlace } from './reading-place.js'
import { the, Rows, View } from './view.js'

const AHEAD_PX = 500
const SCREENFUL = 60
const SHOWN_MS = 2_500
const REST_MS = 100

export class MessageList extends View {
  #room_id = ''
  #rows = /** @type {Rows<{line: import('../feed.js').Line, seen: string}> | null} */ (null)
  #place = /** @type {ReadingPlace | null} */ (null)
  #span = new Span()
  #holes = /** @type {WeakMap<Element, import('../timeline.js').Hole>} */ (new WeakMap())
  #loading = /** @type {Set<string>} */ (new Set())
  #follows = true
  #arriving = false
  #jumped = false

  enter() {
    const { messages, outbox, rooms, here, presence, session, socket, deeds, marks, newness, members, botCommands } = this.house
    const [scroll, list] = [this.the('scroll'), this.the('list')]
    this.follow(messages, outbox, rooms, here, presence, session, socket, deeds, marks, newness, members)
    this.#place = new ReadingPlace(scroll, list)
    this.#rows = new Rows(list, ({ line }) => makeRow(line), (element, { line, seen }) => {
      if (line.kind === 'hole') {
        this.#holes.set(element, line.hole)
        the(element, 'fill').onclick = () => this.#fill(element, 'lower')
      }
      fillRow(element, line, this.#scene, seen)
    })
    listenForMessages(this, list, new MessageActions(this.house))
    this.on(scroll, 'scroll', () => this.#scrolled())
    const toEnd = () => (this.#follows = true) && this.later()
    this.on(this.the('newest'), 'click', toEnd)
    for (const [noun, type] of /** @type {const} */ ([[outbox, 'added'], [botCommands, 'given']])) this.on(noun, type, ({ detail }) => detail.room_id === this.#room_id && toEnd())
    this.on(this.the('unread'), 'click', () => this.#open(newness.after + 1))
    listenForArrowUp(this, (seq) => this.#rows?.element(`m ${seq}`) || this.#open(seq))
    this.on(document, 'visibilitychange', () => (this.#visible ? this.later() : newness.rest()))
    new ResizeObserver(() => this.#follows && this.#place?.bottom()).observe(scroll)
  }

  /** After the others, who move what is measured here. */
  later() {
    queueMicrotask(() => super.later())
  }

  draw() {
    const { here, rooms, messages } = this.house
    if (here.room_id !== this.#room_id) this.#enterRoom()
    this.hidden = !rooms.mine(here.room_id)
    const timeline = messages.timeline(this.#room_id)
    this.#lookForNews(timeline)
    const aim = this.#aim(timeline)
    if (this.#follows && !aim) this.#span.toEnd()
    else if (!aim) this.#span.stay(timeline)
    const stays = !aim && !this.#follows
    if (stays) this.#place?.hold()
    this.#rows?.draw(this.hidden ? [] : this.#lines(timeline))
    rove(this.the('list'))
    this.#drawAround(timeline)
    if (aim) this.#show(aim)
    else if (stays) this.#place?.restore()
    else this.#place?.bottom()
    this.#look(timeline)
  }

  #enterRoom() {
    const { here: { room_id }, newness, clock } = this.house
    this.#room_id = room_id
    newness.enter(room_id)
    this.#span.begin()
    clock.after(REST_MS, () => this.#room_id === room_id && this.#span.rest() && this.later())
    this.#follows = this.#arriving = true
    this.#jumped = false
  }

  get #visible() {
    return !this.hidden && document.visibilityState === 'visible' && this.checkVisibility()
  }

  /** @param {import('../timeline.js').Timeline} timeline */
  #lookForNews(timeline) {
    const read = this.house.rooms.get(this.#room_id)?.read_seq ?? 0
    if (timeline.standing === 'fresh') this.house.newness.look({ read, last: timeline.last, watching: this.#follows && this.#visible })
  }

  /**
   * The row to go to now: a message that was asked for, or where what is new begins.
   * @param {import('../timeline.js').Timeline} timeline
   */
  #aim(timeline) {
    const { here, newness } = this.house
    if (here.sought) return void this.#load(() => seek(this.house, this.#room_id, here.sought), 'seek')
    if (here.seq) {
      if (!timeline.get(here.seq)) return void this.#load(() => bring(this.house, this.#room_id, here.seq), 'bring')
      this.#around(timeline, here.seq)
      return `m ${here.seq}`
    }
    if (!this.#arriving || timeline.standing !== 'fresh' || this.hidden) return
    this.#arriving = false
    if (!newness.after || !timeline.get(newness.after)) return
    this.#around(timeline, newness.after + 1)
    return 'new'
  }

  /**
   * @param {import('../timeline.js').Timeline} timeline
   * @param {number} seq
   */
  #around(timeline, seq) {
    this.#follows = this.#arriving = false
    const [from, to] = this.#span.places(timeline)
    const at = timeline.placeOf(seq)
    if (at <= from || at >= to) this.#span.around(timeline, seq)
  }

  /** @param {string} key */
  #show(key) {
    const { here, clock } = this.house
    const row = this.#rows?.element(key)
    if (!row) return
    this.#place?.show(row, key === 'new' ? 0.15 : 0.5)
    this.#follows = this.#isAtEnd
    if (key === 'new') return
    here.seq = 0
    row.classList.add('shown')
    rove(this.the('list'), row)
    clock.after(SHOWN_MS, () => row.classList.remove('shown'))
  }

  /** @param {import('../timeline.js').Timeline} timeline */
  #lines(timeline) {
    const { outbox, session, newness, marks, presence } = this.house
    const user_id = session.user?.user_id ?? ''
    const readers = readersAt(timeline, marks.readers(this.#room_id), user_id)
    return feed(timeline, this.#span.places(timeline), { newAfter: newness.after, waiting: outbox.waiting(this.#room_id), user_id }).map((line) => {
      const seen = line.kind === 'message' ? (readers.get(line.msg.seq) ?? []).map((one) => presence.nameOf(one)).join(', ') : ''
      return { key: line.key, version: versionOf(line, this.#scene, seen), row: { line, seen } }
    })
  }

  /** @param {import('../timeline.js').Timeline} timeline */
  #drawAround(timeline) {
    const empty = !this.the('list').childElementCount
    this.the('older').hidden = this.#span.places(timeline)[0] > 0 || !timeline.hasOlder
    this.the('empty').hidden = !empty || timeline.standing !== 'fresh' || !this.house.rooms.mine(this.#room_id)
    this.the('bots').hidden = !lacksBot(this.house, this.#room_id)
    this.the('waiting').hidden = !empty || timeline.standing === 'fresh'
  }

  /** @param {import('../timeline.js').Timeline} timeline */
  #pills(timeline) {
    const { rooms, newness } = this.house
    const unread = timeline.last - (rooms.get(this.#room_id)?.read_seq ?? timeline.last)
    this.the('newest').hidden = this.#follows || this.hidden
    this.the('newest').textContent = unread > 0 ? `${unread} new ↓` : 'Newest messages ↓'
    const divider = this.#rows?.element('new')
    if (divider && this.#place?.whereIs(divider) !== 'above') this.#jumped = true
    this.the('unread').hidden = !newness.after || this.#jumped || this.hidden
    this.the('unread').textContent = `${timeline.last - newness.after} new messages ↑`
  }

  #scrolled() {
    if (this.#follows && this.#place?.resized) return this.#place.bottom()
    this.#follows = this.#isAtEnd
    this.#look(this.house.messages.timeline(this.#room_id))
  }

  /**
   * What is near has to be here before the reader comes to it; at the very end of a scroll no event would tell.
   * @param {import('../timeline.js').Timeline} timeline
   */
  #look(timeline) {
    if (this.hidden || !this.checkVisibility()) return
    const [top, bottom] = [this.#place?.toTop ?? 0, this.#place?.toBottom ?? 0]
    if (this.#follows ? top < 1 && timeline.size < SCREENFUL : top < AHEAD_PX) this.#up(timeline)
    if (bottom < AHEAD_PX && !this.#span.atEnd && this.#span.down(timeline)) this.later()
    for (const hole of this.the('list').querySelectorAll(':scope > .hole')) this.#fill(hole)
    this.#read(timeline)
    this.#pills(timeline)
  }

  get #isAtEnd() {
    return this.#span.atEnd && (this.#place?.atEnd ?? true)
  }

  /** @param {import('../timeline.js').Timeline} timeline */
  #up(timeline) {
    if (this.#span.rest() || this.#span.up(timeline)) this.later()
    else if (timeline.hasOlder) void this.#load(() => this.house.messages.older(this.#room_id))
  }

  /**
   * One of a kind at a time.
   * @param {() => Promise<unknown>} work
   * @param {string} [kind]
   */
  async #load(work, kind = 'page') {
    if (this.#loading.has(kind) || !this.house.socket.live) return
    this.#loading.add(kind)
    await this.house.notices.tryTo(work)
    this.#loading.delete(kind)
  }

  /**
   * A hole that comes into view fills itself, from the side that the reader comes from.
   * @param {Element} row
   * @param {'above' | 'upper' | 'lower' | 'below'} [where]
   */
  #fill(row, where = this.#place?.whereIs(row)) {
    const hole = this.#holes.get(row)
    if (!hole || where === 'above' || where === 'below') return
    void this.#load(() => this.house.messages.fill(this.#room_id, hole, where === 'upper' ? 'up' : 'down'))
  }

  /**
   * Only what was read without leaving anything out moves the mark.
   * @param {import('../timeline.js').Timeline} timeline
   */
  #read(timeline) {
    const { rooms, marks } = this.house
    if (!this.#visible || timeline.standing !== 'fresh' || !this.#place) return
    const read = rooms.get(this.#room_id)?.read_seq ?? 0
    if (timeline.last <= read) return
    const { first, last } = this.#place.seen()
    const seq = this.#follows ? timeline.last : first <= read + 1 ? last : 0
    if (seq <= read) return
    marks.read(this.#room_id, seq)
    rooms.read(this.#room_id, seq)
  }

  get #scene() {
    return { house: this.house, room_id: this.#room_id, open: this.#open }
  }

  #open = (/** @type {number} */ seq) => this.house.here.open(this.#room_id, seq)
}
