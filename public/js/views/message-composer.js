/**
 * Where one writes. Enter sends, Shift+Enter makes a new line; a draft stays with its room.
 */

import { limits } from '../protocol.js'
import { View } from './view.js'

const bytes = new TextEncoder()

export class MessageComposer extends View {
  #room_id = ''

  enter() {
    const { rooms, here, typing } = this.house
    this.follow(rooms, here)
    const text = this.the('text', HTMLTextAreaElement)
    this.on(this.the('form'), 'submit', (event) => {
      event.preventDefault()
      this.#send()
    })
    this.on(text, 'keydown', (event) => {
      if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
      event.preventDefault()
      this.#send()
    })
    this.on(text, 'input', () => {
      this.house.cache.keepDraft(this.#room_id, text.value)
      if (text.value.trim()) typing.say(this.#room_id)
      this.#measure()
    })
  }

  draw() {
    const { rooms, here, cache } = this.house
    const room = rooms.get(here.room_id)
    this.hidden = !room?.joined
    if (here.room_id === this.#room_id) return
    this.#room_id = here.room_id
    const text = this.the('text', HTMLTextAreaElement)
    text.value = cache.draft(this.#room_id)
    this.#measure()
    if (matchMedia('(pointer: fine)').matches) text.focus() // on a phone that would open the keyboard
  }

  #send() {
    const { outbox, typing, cache, deeds } = this.house
    const text = this.the('text', HTMLTextAreaElement)
    if (!text.value.trim() || this.#excess > 0 || this.hidden) return
    outbox.add(this.#room_id, text.value, deeds.takeAnswer(this.#room_id))
    text.value = ''
    cache.keepDraft(this.#room_id, '')
    typing.sent(this.#room_id)
    this.#measure()
    text.focus()
  }

  get #excess() {
    return bytes.encode(this.the('text', HTMLTextAreaElement).value).length - limits.maxMessageBytes
  }

  #measure() {
    this.the('problem').textContent = this.#excess > 0 ? `Too long by ${this.#excess} bytes.` : ''
  }
}
