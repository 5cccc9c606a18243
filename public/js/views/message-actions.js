/**
 * What can be done with a message: a bar that comes to the row under the pointer or the focus, and the same as a menu. One bar for the whole
 * list; a deed that may not be done is not offered.
 */

import { asked } from './dialog.js'
import { openEmoji } from './emoji-picker.js'
import { make } from './make.js'
import { openMenu } from './menu.js'

/** @typedef {import('../protocol.js').Msg} Msg */
/** @typedef {import('./menu.js').Item} Item */

export class MessageActions {
  #house
  #row = /** @type {HTMLElement | null} */ (null)
  #bar = make('div', { class: 'actions', role: 'toolbar', 'aria-label': 'Message actions' })
  #shown = ''
  /** Whether the bar went from under a pointer that has not moved since: rows may move below it. */
  #rests = false

  /** @param {import('../app.js').House} house */
  constructor(house) {
    this.#house = house
  }

  /** @param {HTMLElement} row */
  come(row) {
    const msg = this.#msg(row)
    if (!msg || msg.deleted_at || row.querySelector('form.edit')) return this.leave()
    const shown = `${msg.msg_id} ${msg.rev} ${this.#house.deeds.recent().join()}`
    if (this.#row === row && this.#shown === shown && this.#bar.isConnected) return
    if (this.#inUse) return
    this.#row = row
    this.#shown = shown
    this.#bar.replaceChildren(...this.#buttons(msg))
    row.append(this.#bar)
  }

  leave() {
    if (!this.#inUse) this.#bar.remove()
  }

  /** It goes, in use or not, and does not come again before the pointer has moved. */
  drop() {
    this.#bar.remove()
    this.#rests = true
  }

  /**
   * The pointer is on this row.
   * @param {HTMLElement} row
   * @param {{moved: boolean}} how it moved, and not the row
   */
  hover(row, { moved }) {
    if (moved !== this.#rests) return
    this.#rests = false
    this.come(row)
  }

  /** The focus has gone from the row. The pointer may still be there. */
  unfocus() {
    if (!this.#row?.matches(':hover')) this.leave()
  }

  get #inUse() {
    return this.#bar.querySelector(':focus-visible, [popover], [aria-expanded="true"]') !== null
  }

  /**
   * @param {HTMLElement} row
   * @param {Promise<void>} [lifted] where a finger still holds it
   */
  menu(row, lifted) {
    const msg = this.#msg(row)
    if (!msg) return
    this.come(row)
    const more = this.#bar.querySelector('[data-part="more"]')
    if (!(more instanceof HTMLElement) || this.#row !== row) return
    const items = this.#items(msg)
    const ending = items.map(({ deed, ...item }) => ({ ...item, deed: () => (this.drop(), deed()) })) // a finger leaves no bar behind
    openMenu(more, lifted ? ending : items, lifted)
  }

  /** @param {Msg} msg */
  #buttons(msg) {
    const { deeds, here } = this.#house
    const may = deeds.may(here.room_id, msg)
    const quick = deeds.recent().slice(0, 3).map((emoji) => button(`React with ${emoji}`, emoji, () => this.#react(msg, emoji), 'quick'))
    const more = button('More actions', '⋯', () => openMenu(more, this.#items(msg)))
    more.dataset.part = 'more'
    more.setAttribute('aria-haspopup', 'menu')
    const other = button('Add a reaction', '☺', () => this.#pick(msg))
    return [
      ...(may.react ? [...quick, other] : []),
      ...(may.answer ? [button('Reply', '↩', () => this.#answer(msg))] : []),
      ...(may.edit ? [button('Edit', '✎', () => this.#edit(msg))] : []),
      more,
    ]
  }

  /**
   * @param {Msg} msg
   * @returns {Item[]}
   */
  #items(msg) {
    const { deeds, here } = this.#house
    const { room_id } = here
    const may = deeds.may(room_id, msg)
    const items = /** @type {Array<Item | false>} */ ([
      may.react && { name: 'Add a reaction…', deed: () => this.#pick(msg) },
      may.answer && { name: 'Reply', deed: () => this.#answer(msg) },
      may.edit && { name: 'Edit', deed: () => this.#edit(msg) },
      !msg.deleted_at && { name: 'Copy text', deed: () => this.#copy(msg.text, 'The text is copied.') },
      { name: 'Copy link', deed: () => this.#copy(new URL(here.link(room_id, msg.seq), location.href).href, 'The link is copied.') },
      may.remove && { name: 'Delete…', grave: true, deed: () => void this.#remove(room_id, msg) },
    ])
    return items.filter((item) => item !== false)
  }

  /**
   * Where it was a mouse that came here, the bar goes with it, even if the emoji is then found by keys: the focus that comes back is nobody's.
   * @param {Msg} msg
   */
  #pick(msg) {
    const near = this.#row
    const recent = this.#house.deeds.recent()
    const byKeys = near?.matches(':focus-visible, :has(:focus-visible)')
    const choose = (/** @type {string} */ emoji) => this.#react(msg, emoji)
    if (near) openEmoji(near, { recent, label: 'Add a reaction', choose, closed: () => byKeys || this.drop() })
  }

  /**
   * @param {Msg} msg
   * @param {string} emoji
   */
  #react(msg, emoji) {
    const { deeds, notices } = this.#house
    void notices.tryTo(() => deeds.react(this.#now(msg), emoji))
  }

  /** @param {Msg} msg */
  #edit(msg) {
    const { deeds, here } = this.#house
    this.#bar.remove()
    deeds.beginEdit(here.room_id, this.#now(msg))
  }

  /** @param {Msg} msg */
  #answer(msg) {
    const { deeds, here } = this.#house
    deeds.answer(here.room_id, this.#now(msg))
    const field = document.querySelector('message-composer textarea')
    if (field instanceof HTMLElement) field.focus()
  }

  /**
   * @param {string} text
   * @param {string} done
   */
  #copy(text, done) {
    const { notices } = this.#house
    const write = navigator.clipboard?.writeText(text) ?? Promise.reject(new Error('no clipboard'))
    write.then(() => notices.say(done), () => notices.say('The browser does not let this page copy.'))
  }

  /**
   * @param {string} room_id
   * @param {Msg} msg
   */
  async #remove(room_id, msg) {
    const { deeds, notices } = this.#house
    const sure = await asked({ title: 'Delete this message?', text: 'It disappears for everybody in this room.', deed: 'Delete' })
    if (sure) await notices.tryTo(() => deeds.remove(room_id, msg))
  }

  /**
   * It may have changed since the bar came.
   * @param {Msg} msg
   */
  #now(msg) {
    const { messages, here } = this.#house
    return messages.timeline(here.room_id).get(msg.seq) ?? msg
  }

  /** @param {HTMLElement} row */
  #msg({ dataset }) {
    const { messages, here } = this.#house
    return messages.timeline(here.room_id).get(Number(dataset.seq))
  }
}

/**
 * @param {string} name
 * @param {string} sign
 * @param {() => void} click
 * @param {string} [style]
 */
function button(name, sign, click, style) {
  return make('button', { type: 'button', class: style, 'aria-label': name, title: name, click }, make('span', { 'aria-hidden': 'true' }, sign))
}
