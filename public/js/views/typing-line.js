/**
 * Who is typing in the open room; and for those who listen to the page, what has just been said there.
 */

import { summary } from '../markdown.js'
import { theirs } from './make.js'
import { View } from './view.js'

const MOST_NAMES = 3

export class TypingLine extends View {
  enter() {
    const { typing, here, presence, messages } = this.house
    this.follow(typing, here, presence)
    this.on(messages, 'said', ({ detail }) => this.#announce(detail))
  }

  draw() {
    const { typing, here, presence } = this.house
    const names = typing.in(here.room_id).map((user_id) => presence.nameOf(user_id))
    this.the('typing').replaceChildren(...sentence(names))
  }

  /** @param {{room_id: string, msg: import('../protocol.js').Msg}} said */
  #announce({ room_id, msg }) {
    const { here, session, presence } = this.house
    if (room_id !== here.room_id || msg.user_id === session.user?.user_id) return
    this.the('said').textContent = `${presence.nameOf(msg.user_id, msg.user_handle)}: ${summary(msg.text)}`
  }
}

/** @param {string[]} names */
function sentence(names) {
  if (!names.length) return []
  if (names.length > MOST_NAMES) return ['Several people are typing…']
  const listed = names.flatMap((name, at) => [at ? (at === names.length - 1 ? ' and ' : ', ') : '', theirs(name)])
  return [...listed, names.length > 1 ? ' are typing…' : ' is typing…']
}
