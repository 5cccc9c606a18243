/**
 * My call while I look elsewhere: where it is, who speaks, and the way back.
 */

import { icon } from './icons.js'
import { make, view } from './make.js'
import { View } from './view.js'

const WORDS = /** @type {Record<string, string>} */ ({ joining: 'Joining…', away: 'The server is away; the call goes on' })

export class CallBar extends View {
  enter() {
    const { call, here, rooms, voices, presence, screens } = this.house
    this.replaceChildren(make('section', { part: 'bar' },
      make('button', { type: 'button', class: 'where', part: 'back', click: () => here.open(call.room_id) }, icon('call'),
        make('span', { class: 'grow' }, make('span', { class: 'unseen' }, 'Back to the call in '), make('bdi', { class: 'name', part: 'name' }), make('span', { class: 'faint', part: 'speaking' }))),
      view('call-controls', this.house, { 'data-buttons': 'mute deafen leave' }),
      make('div', { class: 'shares', part: 'shares' })))
    this.follow(call, here, rooms, voices, presence, screens)
  }

  draw() {
    const { call, here, rooms } = this.house
    this.hidden = call.state === 'out' || (call.room_id === here.room_id && !(here.narrow && here.pane === 'rooms'))
    const name = rooms.get(call.room_id)?.name ?? ''
    this.the('bar').setAttribute('aria-label', `Call in ${name}`)
    this.the('name').textContent = name
    this.the('speaking').textContent = this.#speaking()
    this.the('shares').replaceChildren(...this.#shares())
  }

  #speaking() {
    const { call, voices, presence } = this.house
    const names = call.peers.filter(({ peer_id }) => voices.speaks(peer_id)).map(({ user_id, self }) => (self ? 'You' : presence.nameOf(user_id)))
    const others = call.peers.length === 1 ? 'Nobody else is there' : `${call.peers.length} in the call`
    return WORDS[call.state] ?? (names.length ? `${names.join(', ')} speaking` : others)
  }

  #shares() {
    const { screens } = this.house
    return screens.shares.map(({ stream_id, name }) => make('button', { type: 'button', class: 'small', click: () => screens.stop(stream_id) }, `Stop sharing ${name}`))
  }
}
