/**
 * The open room's own affairs: what it is called and how long it remembers, its invites and bans, a copy of it, and leaving it.
 */

import { leaving, moderates, myRank, owns } from '../order.js'
import { refusal } from '../refusal.js'
import { asked } from './dialog.js'
import { labelled, make, select, view } from './make.js'
import { View } from './view.js'

/** @typedef {import('../protocol.js').ListedRoom} Room */

const DAYS = [0, 1, 7, 30, 90, 365]

export class RoomPanel extends View {
  #shown = ''

  enter() {
    const { here, rooms, session } = this.house
    this.follow(here, rooms, session)
    this.on(this.the('close'), 'click', () => here.back())
  }

  draw() {
    const { here, rooms, session } = this.house
    const room = rooms.get(here.room_id)
    const rank = myRank(room, session.isAdmin)
    this.hidden = here.side !== 'room'
    const shown = this.hidden || !room ? '' : `${room.room_id} ${rank} ${room.joined}`
    if (shown === this.#shown) return // whoever types here is not disturbed
    this.#shown = shown
    this.the('content').replaceChildren(...(shown && room ? this.#content(room, rank) : []))
  }

  /**
   * @param {Room} room
   * @param {number} rank
   * @returns {Node[]}
   */
  #content(room, rank) {
    const { house } = this
    const place = { 'data-place': room.room_id }
    const order = moderates(rank) ? [this.#form(room), view('invite-list', house, place), view('ban-list', house, place)] : [facts(room)]
    const level = room.joined ? [view('room-level', house, place)] : []
    return [...level, ...order, ...this.#ends(room, rank)]
  }

  /** @param {Room} room */
  #form({ room_id, name, topic, retention_days }) {
    const days = DAYS.includes(retention_days) ? DAYS : [...DAYS, retention_days]
    const choices = days.map((count) => /** @type {[string, string]} */ ([`${count}`, remembers(count)]))
    const problem = make('p', { class: 'problem', role: 'alert' })
    const saved = make('span', { class: 'faint', role: 'status' })
    const fields = {
      name: make('input', { required: true, maxlength: 60, dir: 'auto', value: name }),
      topic: make('input', { maxlength: 250, dir: 'auto', value: topic }),
      days: select(choices, `${retention_days}`),
    }
    /** @param {SubmitEvent} event */
    const submit = async (event) => {
      event.preventDefault()
      problem.textContent = saved.textContent = ''
      const change = { name: fields.name.value.trim(), topic: fields.topic.value.trim(), retention_days: Number(fields.days.value) }
      if (!(await this.#agreed(room_id, change.retention_days))) return
      await this.house.rooms.update(room_id, change).then(
        () => (saved.textContent = 'Saved.'),
        (error) => (problem.textContent = refusal(error).message))
    }
    return make('form', { class: 'stack', autocomplete: 'off', submit: (event) => void submit(event) },
      labelled('Name', fields.name), labelled('Topic', fields.topic), labelled('Keep messages', fields.days), problem,
      make('div', { class: 'ends' }, saved, make('button', { class: 'strong' }, 'Save')))
  }

  /**
   * @param {string} room_id
   * @param {number} days
   */
  async #agreed(room_id, days) {
    const before = this.house.rooms.get(room_id)?.retention_days ?? 0
    if (!days || (before && days >= before)) return true
    const text = 'All that is older is deleted for everybody, now and from then on. It cannot be brought back.'
    return asked({ title: `Keep messages ${remembers(days)} only?`, text, deed: 'Delete what is older' })
  }

  /**
   * @param {Room} room
   * @param {number} rank
   */
  #ends(room, rank) {
    const { house } = this
    const copy = room.joined ? [view('own-archive', house, { 'data-place': room.room_id })] : []
    const leave = room.joined && make('button', { class: 'small', click: () => void this.#leave(room) }, 'Leave the room')
    const remove = owns(rank) && make('button', { class: 'small grave', click: () => void this.#remove(room) }, 'Delete the room')
    return [...copy, make('div', {}, make('div', { class: 'ends' }, leave, remove))]
  }

  /** @param {Room} room */
  async #leave(room) {
    const { rooms, members, notices } = this.house
    const text = leaving(room, members.of(room.room_id))
    if (await asked({ title: `Leave ${room.name}?`, text, deed: 'Leave' })) await notices.tryTo(() => rooms.leave(room.room_id))
  }

  /** @param {Room} room */
  async #remove({ room_id, name }) {
    const { rooms, notices } = this.house
    const text = 'It is gone for everybody, with all that was said in it.'
    if (await asked({ title: `Delete ${name}?`, text, deed: 'Delete for everybody' })) await notices.tryTo(() => rooms.remove(room_id))
  }
}

/** @param {number} days */
const remembers = (days) => (days === 0 ? 'for ever' : days === 1 ? 'for a day' : `for ${days} days`)

/** @param {Room} room */
const facts = ({ topic, retention_days }) =>
  make('div', { class: 'stack' }, topic && make('p', { dir: 'auto', class: 'text' }, topic), make('p', { class: 'faint' }, `Messages are kept ${remembers(retention_days)}.`))
