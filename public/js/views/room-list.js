/**
 * My rooms and groups with what is new in them, mentions of me apart, and the rooms that I could join.
 */

import { clone, the, Rows, View } from './view.js'

/** @typedef {import('../protocol.js').ListedRoom} Room */

const LISTS = ['mine', 'groups', 'others']

export class RoomList extends View {
  #rows = /** @type {Map<string, Rows<Room>>} */ (new Map())

  enter() {
    const { rooms, here, session } = this.house
    this.follow(rooms, here, session)
    for (const name of LISTS) {
      this.#rows.set(name, new Rows(this.the(name), (room) => this.#make(room), (element, room) => this.#fill(element, room)))
    }
    this.on(this.the('new'), 'click', () => document.querySelector('dialog[data-part="new-room"]')?.dispatchEvent(new Event('wanted')))
  }

  draw() {
    const all = this.house.rooms.all()
    const mine = all.filter((room) => room.joined)
    this.#list('mine', mine.filter(({ kind }) => kind === 'public'))
    this.#list('groups', mine.filter(({ kind }) => kind === 'group'))
    this.#list('others', all.filter((room) => !room.joined))
    this.the('none').hidden = mine.length > 0 || !this.house.rooms.loaded
  }

  /**
   * @param {string} name
   * @param {Room[]} rooms
   */
  #list(name, rooms) {
    const open = this.house.here.room_id
    this.the(`${name}-part`).hidden = rooms.length === 0
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
  #fill(element, { room_id, name, kind, joined, last_seq, read_seq, unread_mentions, call_id }) {
    const open = this.house.here.room_id === room_id
    const unread = joined && !open ? Math.max(0, last_seq - read_seq) : 0
    const mentions = open ? 0 : (unread_mentions ?? 0)
    the(element, 'sign').textContent = kind === 'public' ? '#' : '◆'
    the(element, 'name').textContent = name
    the(element, 'call').hidden = !call_id
    the(element, 'mentions').hidden = mentions === 0
    the(element, 'mention-count').textContent = short(mentions)
    the(element, 'unread').hidden = unread === 0
    the(element, 'count').textContent = short(unread)
    const button = the(element, 'open')
    button.classList.toggle('new', unread > 0)
    if (open) button.setAttribute('aria-current', 'true')
    else button.removeAttribute('aria-current')
  }
}

/** @param {number} count */
const short = (count) => (count > 99 ? '99+' : String(count))
