/**
 * What I do with messages that stand already: edit, delete, react, and answer them. An edit in hand is kept here, so that it outlives the
 * row it is written in; each of these can be asked twice without harm.
 *
 * Tells `change` {room_id}.
 */

import { untilAnswered } from './again.js'
import { Request } from './protocol.js'
import { refusal } from './refusal.js'

const RECENT = 6
const USUAL = Object.freeze(['👍', '❤️', '😂', '🎉', '😮', '👀'])

/** @typedef {import('./protocol.js').Msg} Msg */
/** @typedef {{msg: Msg, text: string, busy: boolean, problem: string}} Edit */

export class Deeds extends EventTarget {
  #doors
  #edits = /** @type {Map<string, Edit>} */ (new Map())
  #answers = /** @type {Map<string, Msg | undefined>} */ (new Map())

  /**
   * @param {object} doors
   * @param {import('./socket.js').Socket} doors.socket
   * @param {import('./clock.js').Clock} doors.clock
   * @param {import('./messages.js').Messages} doors.messages
   * @param {import('./rooms.js').Rooms} doors.rooms
   * @param {import('./session.js').Session} doors.session
   * @param {import('./shelf.js').Shelf} doors.shelf
   * @param {import('./cache.js').Cache} doors.cache
   */
  constructor(doors) {
    super()
    this.#doors = doors
  }

  /**
   * @param {string} room_id
   * @param {Msg} msg
   */
  may(room_id, { user_id, deleted_at }) {
    const { rooms, session } = this.#doors
    const room = rooms.get(room_id)
    const me = session.user?.user_id
    const stands = Boolean(room?.joined) && !deleted_at
    const moderates = room?.role === 'owner' || room?.role === 'mod' || (room?.kind === 'public' && session.isAdmin)
    return { answer: stands, react: stands, edit: stands && user_id === me, remove: stands && (user_id === me || moderates) }
  }

  // Editing

  /**
   * @param {string} room_id
   * @returns {Edit | undefined} what is being edited there
   */
  edit(room_id) {
    return this.#edits.get(room_id)
  }

  /**
   * @param {string} room_id
   * @param {Msg} msg
   */
  beginEdit(room_id, msg) {
    if (!this.may(room_id, msg).edit) return
    this.#edits.set(room_id, { msg, text: msg.text, busy: false, problem: '' })
    this.#tell(room_id)
  }

  /**
   * The last that I said here, as far as it is here.
   * @param {string} room_id
   * @returns {Msg | undefined}
   */
  lastOwn(room_id) {
    return this.#doors.messages.timeline(room_id).messages.findLast((msg) => this.may(room_id, msg).edit)
  }

  /**
   * @param {string} room_id
   * @param {string} text
   */
  write(room_id, text) {
    const edit = this.#edits.get(room_id)
    if (edit) edit.text = text
  }

  /** @param {string} room_id */
  endEdit(room_id) {
    if (this.#edits.delete(room_id)) this.#tell(room_id)
  }

  /**
   * What fails leaves the text where it is.
   * @param {string} room_id
   */
  async save(room_id) {
    const edit = this.#edits.get(room_id)
    if (!edit || edit.busy || !edit.text.trim()) return
    if (edit.text === edit.msg.text) return this.endEdit(room_id)
    Object.assign(edit, { busy: true, problem: '' })
    this.#tell(room_id)
    try {
      const { msg } = await this.#ask(Request.MsgEdit, { msg_id: edit.msg.msg_id, text: edit.text })
      this.#doors.messages.changed(room_id, msg)
      if (this.#edits.get(room_id) === edit) this.#edits.delete(room_id)
    } catch (error) {
      Object.assign(edit, { busy: false, problem: refusal(error).message })
    }
    this.#tell(room_id)
  }

  // Answering

  /**
   * Kept with the draft, and like it read once: what another tab answers meanwhile is its own.
   * @param {string} room_id
   */
  answering(room_id) {
    if (!this.#answers.has(room_id)) this.#answers.set(room_id, this.#doors.cache.answer(room_id))
    return this.#answers.get(room_id)
  }

  /**
   * @param {string} room_id
   * @param {Msg | null} msg null for no answer after all
   */
  answer(room_id, msg) {
    const answered = msg && this.may(room_id, msg).answer ? msg : undefined
    this.#answers.set(room_id, answered)
    this.#doors.cache.keepAnswer(room_id, answered)
    this.#tell(room_id)
  }

  /**
   * For the message that is being sent now.
   * @param {string} room_id
   * @returns {{reply_to_msg_id?: string}}
   */
  takeAnswer(room_id) {
    const msg = this.answering(room_id)
    if (!msg) return {}
    this.answer(room_id, null)
    return { reply_to_msg_id: msg.msg_id }
  }

  // At once

  /**
   * @param {string} room_id
   * @param {Msg} msg
   */
  async remove(room_id, { msg_id }) {
    const { msg } = await this.#ask(Request.MsgDelete, { msg_id })
    this.#doors.messages.changed(room_id, msg)
  }

  /**
   * Puts a reaction on, or takes mine off.
   * @param {Msg} msg
   * @param {string} emoji
   */
  async react({ msg_id, reactions = {} }, emoji) {
    const mine = Object.entries(reactions).some(([one, users]) => one === emoji && users.includes(this.#doors.session.user?.user_id ?? ''))
    if (!mine) this.#remember(emoji)
    await this.#ask(Request.MsgReact, { msg_id, emoji, on: !mine })
  }

  /** @returns {string[]} emoji, the latest first */
  recent() {
    const kept = this.#doors.shelf.get(this.#key())
    const recent = Array.isArray(kept) ? kept.filter((one) => typeof one === 'string' && one && one.length <= 32) : []
    return [...new Set([...recent, ...USUAL])].slice(0, RECENT)
  }

  reset() {
    this.#edits.clear()
    this.#answers.clear()
    this.#tell('')
  }

  /** @param {string} emoji */
  #remember(emoji) {
    this.#doors.shelf.put(this.#key(), [emoji, ...this.recent().filter((one) => one !== emoji)].slice(0, RECENT))
  }

  #key() {
    return `${this.#doors.session.user?.user_id ?? ''}/emoji/reactions`
  }

  /**
   * @param {string} t
   * @param {object} body
   */
  #ask(t, body) {
    return untilAnswered(() => this.#doors.socket.ask(t, body), this.#doors)
  }

  /** @param {string} room_id */
  #tell(room_id) {
    this.dispatchEvent(new CustomEvent('change', { detail: { room_id } }))
  }
}
