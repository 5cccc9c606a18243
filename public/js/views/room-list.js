/**
 * My rooms and groups with what is new in them, mentions of me apart, and the rooms that I could join.
 */

import { disc, fillDisc } from './disc.js'
import { make, theirs } from './make.js'
import { clone, the, Rows, View } from './view.js'

/** @typedef {import('../protocol.js').ListedRoom} Room */
/** @typedef {{user_id: string, name: string, speaks: boolean}} Talker */
/** @typedef {{room: Room, open: boolean, mine: boolean, talkers: Talker[]}} Row */

const LISTS = ['mine', 'groups', 'others']

export class RoomList extends View {
  #rows = /** @type {Map<string, Rows<Row>>} */ (new Map())

  enter() {
    const { rooms, here, session, call, voices, presence } = this.house
    this.follow(rooms, here, session, call, voices, presence)
    for (const name of LISTS) {
      this.#rows.set(name, new Rows(this.the(name), ({ room }) => this.#make(room), (element, row) => this.#fill(element, row)))
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
    this.the('below').hidden = all.length === mine.length
  }

  /**
   * @param {string} name
   * @param {Room[]} rooms
   */
  #list(name, rooms) {
    const { here, call } = this.house
    this.the(`${name}-part`).hidden = rooms.length === 0
    const rows = rooms.map((room) => {
      const mine = call.state !== 'out' && call.room_id === room.room_id
      return { room, open: here.room_id === room.room_id, mine, talkers: this.#talkers(room, mine) }
    })
    this.#rows.get(name)?.draw(rows.map((row) => ({ key: row.room.room_id, version: JSON.stringify(row), row })))
  }

  /**
   * Who is in the room's call, as the server says; of mine I know more.
   * @param {Room} room
   * @param {boolean} mine
   * @returns {Talker[]}
   */
  #talkers({ call_id, call_user_ids }, mine) {
    const { call, voices, presence, rooms } = this.house
    const of = (/** @type {string} */ user_id, speaks = false) => ({ user_id, name: presence.nameOf(user_id), speaks })
    const order = call_user_ids ?? []
    if (!mine) return call_id && rooms.loaded ? order.map((user_id) => of(user_id)) : []
    const peers = call.peers.map(({ user_id, peer_id }) => of(user_id, voices.speaks(peer_id)))
    return peers.sort((one, other) => order.indexOf(one.user_id) - order.indexOf(other.user_id))
  }

  /** @param {Room} room */
  #make({ room_id }) {
    const element = clone('room-row')
    the(element, 'open').addEventListener('click', () => this.house.here.open(room_id))
    the(element, 'join-call').addEventListener('click', () => {
      const { here, notices, call } = this.house
      here.open(room_id)
      void notices.tryTo(() => call.join(room_id))
    })
    return element
  }

  /**
   * @param {HTMLElement} element
   * @param {Row} row
   */
  #fill(element, { room: { name, kind, joined, last_seq, read_seq, unread_mentions, call_id }, open, mine, talkers }) {
    const unread = joined && !open ? Math.max(0, last_seq - read_seq) : 0
    const mentions = open ? 0 : (unread_mentions ?? 0)
    the(element, 'sign').textContent = kind === 'public' ? '#' : '◆'
    the(element, 'name').textContent = name
    the(element, 'call').hidden = !call_id || talkers.length > 0
    the(element, 'mentions').hidden = mentions === 0
    the(element, 'mention-count').textContent = short(mentions)
    the(element, 'unread').hidden = unread === 0
    the(element, 'count').textContent = short(unread)
    const button = the(element, 'open')
    button.classList.toggle('new', unread > 0)
    if (open) button.setAttribute('aria-current', 'true')
    else button.removeAttribute('aria-current')
    the(element, 'talkers').hidden = talkers.length === 0
    the(element, 'join-call').hidden = mine
    the(element, 'people').replaceChildren(...talkers.map(talker))
  }
}

/** @param {number} count */
const short = (count) => (count > 99 ? '99+' : String(count))

/** @param {Talker} talker */
function talker({ user_id, name, speaks }) {
  const mark = disc('tiny')
  fillDisc(mark, user_id, name)
  return make('li', { class: speaks ? 'speaks' : '' }, mark, theirs(name, 'name'))
}
