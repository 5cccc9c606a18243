/**
 * Which emoji to react with: the latest ones, and a field for any other.
 */

import { make } from './make.js'

const MARGIN_PX = 8

/**
 * @param {HTMLElement} near
 * @param {string[]} recent
 * @param {(emoji: string) => void} choose
 */
export function openReactions(near, recent, choose) {
  const chosen = (/** @type {string} */ emoji) => {
    box.hidePopover()
    choose(emoji)
  }
  const buttons = recent.map((emoji) => make('button', { type: 'button', 'aria-label': `React with ${emoji}`, click: () => chosen(emoji) }, emoji))
  const field = make('input', { 'aria-label': 'Another emoji', placeholder: 'Another emoji', maxlength: 32, autocomplete: 'off' })
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault()
    const emoji = field.value.trim()
    if (emoji && !/\s/.test(emoji)) chosen(emoji)
  }
  const form = make('form', { submit }, field, make('button', { class: 'small' }, 'Add'))
  const box = make('div', { class: 'reaction-picker', role: 'dialog', 'aria-label': 'Add a reaction', popover: 'auto' }, make('div', { class: 'recent' }, ...buttons), form)
  box.addEventListener('toggle', (event) => /** @type {ToggleEvent} */ (event).newState === 'closed' && box.remove())
  document.body.append(box)
  box.showPopover()
  place(box, near.getBoundingClientRect())
  buttons[0]?.focus()
}

/**
 * @param {HTMLElement} box
 * @param {DOMRect} near
 */
function place(box, near) {
  const top = near.top - box.offsetHeight - MARGIN_PX
  box.style.setProperty('top', `${top > MARGIN_PX ? top : Math.min(near.bottom + MARGIN_PX, innerHeight - box.offsetHeight - MARGIN_PX)}px`)
  box.style.setProperty('left', `${Math.max(MARGIN_PX, near.right - box.offsetWidth - MARGIN_PX)}px`)
}
