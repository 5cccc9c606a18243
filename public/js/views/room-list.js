/**
 * My rooms and groups, and the public rooms that I could join.
 */

import { clone, the, Rows, View } from './view.js'

/** @typedef {import('../protocol.js').ListedRoom} Room */

export class RoomList extends View {
  #rows = /** @type {Map<string, Rows<Room>>} */ (new Map())

  enter() {
    const { rooms, here, session } = this.house
    this.follow(rooms, here, session)
    for (const name of ['mine', 'others']) {
      this.#rows.set(name, new Rows(this.the(name), (room) => this.#make(room), (element, room) => this.#fill(element, room)))
    }
    this.on(this.the('new'), 'click', () => document.querySelector('dialog[data-part="new-room"]')?.dispatchEvent(new Event('wanted')))
  }

  draw() {
    const all = this.house.rooms.all()
    const mine = all.filter((room) => room.joined)
    const others = all.filter((room) => !room.joined)
    this.#list('mine', mine)
    this.#list('others', others)
    this.the('others-head').hidden = others.length === 0
    this.the('none').hidden = mine.length > 0 || !this.house.rooms.loaded
  }

  /**
   * @param {string} name
   * @param {Room[]} rooms
   */
  #list(name, rooms) {
    const open = this.house.here.room_id
    this.#rows.get(name)?.draw(
      rooms.map((room) => ({ key: room.room_id, version: `${room.room_id === open} ${JSON.stringify(room)}`, row: room })),
    )
  }

  /** @param {Room} room */
  #make({ room_id }) {
    const element = clone('room-row')
    the(element, 'open').addEventListener('click', () => this.house.here.open(room_id))
    return element
  }

  /**
   * @param {HTMLElement} element
   * @param {Room} room
   */
  #fill(element, { room_id, name, kind, joined, last_seq, read_seq }) {
    const unread = joined ? Math.max(0, last_seq - read_seq) : 0
    const open = this.house.here.room_id === room_id
    the(element, 'sign').textContent = kind === 'public' ? '#' : '◆'
    the(element, 'name').textContent = name
    the(element, 'unread').hidden = unread === 0 || open
    the(element, 'count').textContent = unread > 99 ? '99+' : String(unread)
    const button = the(element, 'open')
    if (open) button.setAttribute('aria-current', 'true')
    else button.removeAttribute('aria-current')
  }
}
