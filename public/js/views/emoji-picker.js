/**
 * Choosing an emoji: a field to find it by name, the ones used last, and all the others by group. Arrow keys go through them.
 */

import { findEmoji, groups } from '../emoji.js'
import { make } from './make.js'

const MARGIN_PX = 8

/** @typedef {{sign: string, names: readonly string[]}} Emoji */

/**
 * @param {HTMLElement} near
 * @param {{recent: string[], label: string, choose: (sign: string) => void, closed?: () => void}} how `closed` once the focus is back where it was
 */
export function openEmoji(near, { recent, label, choose, closed }) {
  const field = make('input', { type: 'search', 'aria-label': 'Find an emoji', placeholder: 'Find an emoji', autocomplete: 'off', maxlength: 40 })
  const grid = make('div', { class: 'grid' })
  const box = make('div', { class: 'emoji-picker', role: 'dialog', 'aria-label': label, popover: 'auto' }, field, grid)
  const chosen = (/** @type {string} */ sign) => {
    box.hidePopover()
    choose(sign)
  }
  const draw = () => grid.replaceChildren(...sections(field.value, recent, chosen))
  field.addEventListener('input', draw)
  box.addEventListener('keydown', (event) => move(box, field, event))
  box.addEventListener('toggle', (event) => {
    if (/** @type {ToggleEvent} */ (event).newState !== 'closed') return
    box.remove()
    closed?.()
  })
  draw()
  document.body.append(box)
  box.showPopover()
  place(box, near.getBoundingClientRect())
  if (matchMedia('(pointer: fine)').matches) field.focus() // on a phone that would open the keyboard
}

/**
 * @param {string} words
 * @param {string[]} recent
 * @param {(sign: string) => void} choose
 */
function sections(words, recent, choose) {
  if (words.trim()) {
    const found = [...findEmoji(words), ...itself(words.trim())]
    return found.length ? [section('Found', found, choose)] : [make('p', { class: 'faint', role: 'status' }, 'No emoji of that name.')]
  }
  const last = recent.map((sign) => ({ sign, names: nameOf(sign) }))
  return [...(last.length ? [section('Used last', last, choose)] : []), ...groups.map(({ name, emoji }) => section(name, emoji, choose))]
}

/**
 * An emoji that was typed or pasted, though we know no name for it.
 * @param {string} text
 * @returns {Emoji[]}
 */
const itself = (text) => (/^\S{1,16}$/u.test(text) && /\p{Extended_Pictographic}/u.test(text) ? [{ sign: text, names: [text] }] : [])

/** @param {string} sign */
const nameOf = (sign) => groups.flatMap(({ emoji }) => emoji).find((one) => one.sign === sign)?.names ?? [sign]

/**
 * @param {string} name
 * @param {readonly Emoji[]} emoji
 * @param {(sign: string) => void} choose
 */
function section(name, emoji, choose) {
  const buttons = emoji.map(({ sign, names }) => {
    const label = (names[0] ?? sign).replaceAll('_', ' ')
    return make('button', { type: 'button', 'aria-label': label, title: `:${names[0]}:`, click: () => choose(sign) }, sign)
  })
  return make('section', { 'aria-label': name }, make('h3', { class: 'faint' }, name), make('div', { class: 'signs' }, ...buttons))
}

/**
 * @param {HTMLElement} box
 * @param {HTMLInputElement} field
 * @param {KeyboardEvent} event
 */
function move(box, field, event) {
  const buttons = /** @type {HTMLElement[]} */ ([...box.querySelectorAll('.signs button')])
  const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement))
  if (at < 0) {
    if (event.key === 'Enter') buttons[0]?.click()
    if (event.key === 'ArrowDown') buttons[0]?.focus()
    if (['Enter', 'ArrowDown'].includes(event.key)) event.preventDefault()
    return
  }
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: across(buttons, at), ArrowUp: -across(buttons, at) }[event.key]
  if (!step) return
  event.preventDefault()
  const next = at + step < 0 ? field : buttons[Math.min(at + step, buttons.length - 1)]
  next?.focus()
}

/**
 * How many stand side by side where the focus is.
 * @param {HTMLElement[]} buttons
 * @param {number} at
 */
function across(buttons, at) {
  const beside = buttons[at]?.parentElement?.children ?? []
  const top = /** @type {HTMLElement} */ (beside[0])?.offsetTop
  return Math.max(1, [...beside].filter((one) => /** @type {HTMLElement} */ (one).offsetTop === top).length)
}

/**
 * @param {HTMLElement} box
 * @param {DOMRect} near
 */
function place(box, near) {
  const top = near.top - box.offsetHeight - MARGIN_PX
  const below = Math.min(near.bottom + MARGIN_PX, innerHeight - box.offsetHeight - MARGIN_PX)
  box.style.setProperty('top', `${Math.max(MARGIN_PX, top > MARGIN_PX ? top : below)}px`)
  box.style.setProperty('left', `${Math.max(MARGIN_PX, Math.min(near.right - box.offsetWidth, innerWidth - box.offsetWidth - MARGIN_PX))}px`)
}

