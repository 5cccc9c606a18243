/**
 * What could be meant at the caret, above the place to write. The focus stays in the text; arrows choose, Tab and Enter take, Escape waves
 * it away until the next letter.
 */

import { offers, startAt } from '../completion.js'
import { make, theirs } from './make.js'

/** @typedef {import('../completion.js').Offer} Offer */
/** @typedef {Parameters<typeof offers>[1]} Known */

export class Suggestions {
  #text
  #list
  #known
  #offers = /** @type {Offer[]} */ ([])
  #at = 0
  #from = 0
  #waits = false

  /**
   * @param {HTMLTextAreaElement} text
   * @param {HTMLElement} list
   * @param {() => Known} known
   */
  constructor(text, list, known) {
    this.#text = text
    this.#list = list
    this.#known = known
  }

  get open() {
    return this.#offers.length > 0
  }

  look() {
    const { selectionStart, selectionEnd, value } = this.#text
    const start = selectionStart === selectionEnd ? startAt(value, selectionStart) : null
    this.#offers = start ? offers(start, this.#known()) : []
    this.#waits = start !== null && !this.open
    this.#from = start?.from ?? 0
    this.#at = 0
    this.#draw()
  }

  /** Who or what could be meant has come to be known only now; what somebody has waved away stays away. */
  refresh() {
    if (this.open || this.#waits) this.look()
  }

  close() {
    this.#waits = false
    this.#offers = []
    this.#draw()
  }

  /**
   * @param {KeyboardEvent} event
   * @returns {boolean} whether the key was meant for us
   */
  press(event) {
    if (!this.open || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false
    const count = this.#offers.length
    const whole = this.#offers[this.#at]?.insert.trimEnd() === this.#text.value.slice(this.#from, this.#text.selectionStart)
    if (event.key === 'Escape') this.close()
    else if (event.key === 'ArrowDown') this.#choose((this.#at + 1) % count)
    else if (event.key === 'ArrowUp') this.#choose((this.#at + count - 1) % count)
    else if (event.key === 'Enter' && !event.shiftKey && whole) return this.close() ?? false // nothing left to complete: send
    else if ((event.key === 'Tab' || event.key === 'Enter') && !event.shiftKey) this.#take(this.#at)
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }

  /** @param {number} at */
  #choose(at) {
    this.#at = at
    this.#draw()
  }

  /** @param {number} at */
  #take(at) {
    const offer = this.#offers[at]
    this.close()
    if (offer) insert(this.#text, offer.insert, this.#from)
  }

  #draw() {
    const rows = this.#offers.map(({ sign, name, more }, at) => {
      const stay = (/** @type {Event} */ event) => event.preventDefault() // the focus stays where it is
      const given = { role: 'option', id: `suggestion-${at}`, 'aria-selected': String(at === this.#at), mousedown: stay, click: () => this.#take(at) }
      return make('li', given, make('span', { class: 'sign', 'aria-hidden': 'true' }, sign), theirs(name, 'name'), ' ', theirs(more, 'faint'))
    })
    this.#list.replaceChildren(...rows)
    this.#list.hidden = !this.open
    if (this.open) this.#text.setAttribute('aria-activedescendant', `suggestion-${this.#at}`)
    else this.#text.removeAttribute('aria-activedescendant')
    rows[this.#at]?.scrollIntoView({ block: 'nearest' })
  }
}

/**
 * As if it had been typed, so that it can be undone.
 * @param {HTMLTextAreaElement} text
 * @param {string} what
 * @param {number} [from]
 */
export function insert(text, what, from = text.selectionStart) {
  text.focus()
  const to = text.selectionEnd
  text.setSelectionRange(from, to)
  if (document.execCommand('insertText', false, what)) return
  text.setRangeText(what, from, to, 'end')
  text.dispatchEvent(new Event('input', { bubbles: true }))
}
