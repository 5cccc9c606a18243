/**
 * Where one writes. Enter sends, Shift+Enter makes a new line; a draft stays with its room until it is sent, or done where it was a command.
 */

import { signOf, withEmoji } from '../emoji.js'
import { mentionsIn, peopleOf } from '../mentions.js'
import { portions, sizeOf } from '../portions.js'
import { limits } from '../protocol.js'
import { refusal } from '../refusal.js'
import { openEmoji } from './emoji-picker.js'
import { insert, Suggestions } from './suggestions.js'
import { fillTime } from './time.js'
import { View } from './view.js'

const NEAR_BYTES = 1_000
const MOST_PORTIONS = 20
const GROWS = CSS.supports('field-sizing', 'content')

export class MessageComposer extends View {
  #room_id = ''
  #busy = false
  #suggestions = /** @type {Suggestions | null} */ (null)

  enter() {
    const { rooms, here, members, commands, botCommands, recentEmoji } = this.house
    this.follow(rooms, here, members)
    const text = this.#text
    const known = () => ({ people: peopleOf(this.#room_id, this.house), commands: commands.all(this.#room_id) })
    const suggestions = (this.#suggestions = new Suggestions(text, this.the('suggestions'), known))
    this.on(this.the('form'), 'submit', (event) => {
      event.preventDefault()
      void this.#send()
    })
    this.on(text, 'keydown', (event) => suggestions.press(event) || this.#press(event))
    this.on(text, 'input', (event) => this.#typed(event))
    this.on(text, 'click', () => suggestions.look())
    this.on(text, 'blur', () => suggestions.close())
    for (const noun of [members, botCommands]) this.on(noun, 'change', () => suggestions.refresh())
    this.on(this.the('portions'), 'click', () => this.#sendPortions())
    const choose = (/** @type {string} */ sign) => {
      recentEmoji.used(sign)
      insert(text, sign)
    }
    this.on(this.the('emoji'), 'click', ({ currentTarget }) => openEmoji(currentTarget, { recent: recentEmoji.all(), label: 'Emoji', choose }))
  }

  draw() {
    const { rooms, here, cache } = this.house
    const room = rooms.get(here.room_id)
    const appears = this.hidden && room?.joined
    this.hidden = !room?.joined
    this.the('muted').hidden = !this.#muted
    if (this.#muted) fillTime(this.the('until', HTMLTimeElement), this.#muted)
    if (here.room_id === this.#room_id) return void (appears && this.#ready())
    this.#room_id = here.room_id
    this.#suggestions?.close()
    this.the('problem').textContent = ''
    this.#text.value = cache.draft(this.#room_id)
    this.#measure()
    this.#ready()
  }

  /** Unless somebody is busy: goes through what a search found, say, or writes elsewhere. */
  #ready() {
    const busy = document.activeElement?.closest('.right, input')?.checkVisibility()
    if (!busy && matchMedia('(pointer: fine)').matches && this.house.here.pane === 'room') this.#text.focus() // on a phone that would open the keyboard
  }

  /**
   * For whoever helps writing: puts this where the caret is.
   * @param {string} what
   */
  write(what) {
    insert(this.#text, what)
  }

  /**
   * A command stands at the very beginning; what was written stays behind it.
   * @param {string} what
   */
  begin(what) {
    if (!this.#text.value.trim()) this.#text.value = ''
    this.#text.setSelectionRange(0, 0)
    insert(this.#text, what)
  }

  /** Until when the server takes nothing from me here. */
  get #muted() {
    const { here, members, session } = this.house
    return members.mutedUntil(here.room_id, session.user?.user_id)
  }

  get #text() {
    return this.the('text', HTMLTextAreaElement)
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const { deeds } = this.house
    if (event.key === 'Escape' && deeds.answering(this.#room_id)) {
      event.preventDefault()
      return deeds.answer(this.#room_id, null)
    }
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return
    event.preventDefault()
    void this.#send()
  }

  /** @param {InputEvent} event */
  #typed({ data, isComposing }) {
    const { cache, typing, botCommands } = this.house
    if (data === ':' && !isComposing && this.#closeEmoji()) return // it has typed again
    const { value } = this.#text
    cache.keepDraft(this.#room_id, value)
    if (value.startsWith('/')) void botCommands.look(this.#room_id)
    else if (value.trim() && !this.#muted) typing.say(this.#room_id)
    this.the('problem').textContent = ''
    this.#suggestions?.look()
    this.#measure()
  }

  /** Somebody wrote the whole name of an emoji between colons. */
  #closeEmoji() {
    const { value, selectionStart } = this.#text
    const name = /(?:^|[^\w:]):([a-z+-][a-z0-9_+-]*):$/.exec(value.slice(Math.max(0, selectionStart - 40), selectionStart))?.[1] ?? ''
    const sign = signOf(name)
    if (sign) insert(this.#text, sign, selectionStart - name.length - 2)
    return Boolean(sign)
  }

  async #send() {
    const { commands } = this.house
    const [room_id, text] = [this.#room_id, this.#text.value]
    if (!text.trim() || this.#excess > 0 || this.hidden || this.#busy) return
    if (!text.startsWith('/')) return this.#say(room_id, text)
    this.#busy = true
    this.the('problem').textContent = ''
    try {
      const done = await commands.run(text, room_id)
      if (done && 'say' in done) this.house.notices.say(done.say)
      this.#sent(room_id, text, done && 'send' in done ? [done.send] : [])
    } catch (error) {
      if (room_id === this.#room_id) this.the('problem').textContent = refusal(error).message
      else this.house.notices.say(refusal(error).message)
    } finally {
      this.#busy = false
    }
  }

  /**
   * @param {string} room_id
   * @param {string} text
   */
  #say(room_id, text) {
    if (this.#muted) return // the line above says until when
    const unheard = this.house.commands.unheard(text, room_id)
    this.#sent(room_id, text, [text])
    this.the('problem').textContent = unheard
  }

  #sendPortions() {
    if (this.#excess > 0 && !this.hidden && !this.#muted) this.#sent(this.#room_id, this.#text.value, this.#portions)
  }

  /**
   * Out of the draft, whatever room is open by now; what was typed meanwhile stays.
   * @param {string} room_id
   * @param {string} text
   * @param {string[]} messages
   */
  #sent(room_id, text, messages) {
    const { outbox, typing, cache, deeds } = this.house
    const people = peopleOf(room_id, this.house)
    for (const one of messages) {
      const mentions = mentionsIn(one, people)
      outbox.add(room_id, withEmoji(one), { ...deeds.takeAnswer(room_id), ...(mentions.length && { mentions }) })
    }
    typing.sent(room_id)
    if (cache.draft(room_id) === text) cache.keepDraft(room_id, '')
    if (room_id !== this.#room_id || this.#text.value !== text) return
    this.#text.value = ''
    cache.keepDraft(room_id, '')
    this.#suggestions?.close()
    this.#measure()
    if (messages.length) this.#text.focus()
  }

  get #excess() {
    return sizeOf(withEmoji(this.#text.value)) - limits.maxMessageBytes
  }

  get #portions() {
    return portions(withEmoji(this.#text.value), limits.maxMessageBytes)
  }

  #measure() {
    if (!GROWS) this.#grow()
    const excess = this.#excess
    const parts = excess > 0 ? this.#portions.length : 0
    this.the('left').textContent = excess > 0 ? `Too long by ${excess} bytes.` : excess > -NEAR_BYTES ? `${-excess} bytes left` : ''
    this.the('left').classList.toggle('problem', excess > 0)
    this.the('portions').hidden = parts < 2 || parts > MOST_PORTIONS
    this.the('portions').textContent = `Send as ${parts} messages`
  }

  #grow() {
    const { style } = this.#text
    style.setProperty('block-size', 'auto')
    style.setProperty('block-size', `${this.#text.scrollHeight}px`)
  }
}
