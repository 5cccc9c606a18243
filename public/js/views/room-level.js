/**
 * What of this room I am told of, if I do not look at it.
 */

import { labelled, select } from './make.js'
import { View } from './view.js'

/** @typedef {import('../levels.js').Level} Level */

export class RoomLevel extends View {
  enter() {
    const { levels, rooms } = this.house
    const room_id = this.dataset.place ?? ''
    const choice = select([['all', 'Everything'], ['mentions', 'Mentions of me'], ['none', 'Nothing']], 'all', { 'data-part': 'level' })
    this.replaceChildren(labelled('Tell me of', choice))
    this.on(choice, 'change', () => levels.set(room_id, /** @type {Level} */ (choice.value)))
    this.follow(levels, rooms)
  }

  draw() {
    const { levels, rooms } = this.house
    const room = rooms.get(this.dataset.place ?? '')
    if (room) this.the('level', HTMLSelectElement).value = levels.of(room)
  }
}
