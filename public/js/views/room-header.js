/**
 * The open room's name and topic, and what I can do with it.
 */

import { myRank } from '../order.js'
import { View } from './view.js'

export class RoomHeader extends View {
  enter() {
    const { rooms, here, session, notices } = this.house
    this.follow(rooms, here, session)
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
    this.the('invite').hidden = !room?.joined || room.kind !== 'group' || room.role === 'member'
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
