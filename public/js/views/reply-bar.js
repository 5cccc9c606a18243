/**
 * Above the place to write: which message the next one answers.
 */

import { summary } from '../markdown.js'
import { View } from './view.js'

export class ReplyBar extends View {
  enter() {
    const { deeds, here, rooms } = this.house
    this.follow(deeds, here, rooms)
    this.on(this.the('stop'), 'click', () => deeds.answer(here.room_id, null))
  }

  draw() {
    const { deeds, here, rooms, presence } = this.house
    const msg = deeds.answering(here.room_id)
    this.hidden = !msg || !rooms.mine(here.room_id)
    if (!msg) return
    this.the('name').textContent = presence.nameOf(msg.user_id, msg.user_handle)
    this.the('text').textContent = summary(msg.text)
  }
}
