/**
 * The open room's name and topic, and what I can do with it.
 */

import { myRank } from '../order.js'
import { disc, fillDisc } from './disc.js'
import { icon } from './icons.js'
import { View } from './view.js'

const SHOWN = 3
const SIGNED = /** @type {const} */ (['call', 'invite', 'members', 'settings'])

export class RoomHeader extends View {
  enter() {
    const { rooms, here, session, notices, call, presence, socket } = this.house
    this.follow(rooms, here, session, call, presence, socket)
    this.on(this.the('call'), 'click', () => void notices.tryTo(() => call.join(here.room_id)))
    if (!this.querySelector('.icon')) for (const name of SIGNED) this.the(name).prepend(icon(name))
    this.on(this.the('members'), 'click', () => here.beside('members'))
    this.on(this.the('join'), 'click', () => void notices.tryTo(() => rooms.join(here.room_id)))
    this.on(this.the('settings'), 'click', () => here.beside('room'))
    this.on(this.the('invite'), 'click', () => void this.#invite())
  }

  draw() {
    const { rooms, here, session } = this.house
    const room = rooms.get(here.room_id)
    this.the('name').textContent = room?.name ?? (here.room_id && rooms.loaded ? 'This room is not here' : 'Choose a room')
    this.the('topic').textContent = room?.topic ?? ''
    this.the('count').textContent = room ? String(room.member_count) : ''
    this.the('members').hidden = !room?.joined
    this.the('members').setAttribute('aria-expanded', String(here.stands('members')))
    this.the('settings').hidden = !room || (!room.joined && myRank(room, session.isAdmin) < 1)
    this.the('settings').setAttribute('aria-expanded', String(here.stands('room')))
    this.the('join').hidden = !room || room.joined || room.kind !== 'public'
    this.the('outside').hidden = this.the('join').hidden
    this.the('invite').hidden = !room?.joined || room.kind !== 'group' || room.role === 'member'
    this.#drawCall(room)
  }

  /** @param {import('../protocol.js').ListedRoom | undefined} room */
  #drawCall(room) {
    const { call, socket, presence } = this.house
    const button = /** @type {HTMLButtonElement} */ (this.the('call'))
    const runs = Boolean(room?.call_id)
    const talkers = (runs && room?.call_user_ids) || []
    button.hidden = !room?.joined || (call.state !== 'out' && call.room_id === room.room_id)
    button.disabled = !socket.live
    button.classList.toggle('strong', runs)
    this.the('call-deed').textContent = runs ? 'Join' : 'Start'
    button.title = talkers.map((user_id) => presence.nameOf(user_id)).join(', ')
    const discs = talkers.slice(0, SHOWN).map((user_id) => {
      const element = disc('tiny')
      fillDisc(element, user_id, presence.nameOf(user_id))
      return element
    })
    this.the('callers').replaceChildren(...discs, talkers.length > SHOWN ? `+${talkers.length - SHOWN}` : '')
  }

  #invite() {
    const { rooms, here, notices, invites } = this.house
    const room = rooms.get(here.room_id)
    return notices.tryTo(async () => {
      const detail = { title: `Invite into ${room?.name}`, ...(await invites.make(here.room_id)) }
      document.querySelector('invite-box')?.dispatchEvent(new CustomEvent('made', { detail }))
    })
  }
}
