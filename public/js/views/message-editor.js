/**
 * A message being edited where it stands. What is written lives in the noun, so a row that leaves the page and comes back has it still.
 */

import { limits } from '../protocol.js'
import { make } from './make.js'
import { the } from './view.js'

const bytes = new TextEncoder()
const begun = /** @type {WeakSet<import('../deeds.js').Edit>} */ (new WeakSet())
/** Where the focus goes when it ends: to the place to write for whoever came from there, else to the row. */
const homes = /** @type {WeakMap<Element, HTMLElement>} */ (new WeakMap())

/**
 * @param {HTMLElement} row
 * @param {import('../protocol.js').Msg} msg
 * @param {import('./message-row.js').Scene} scene
 */
export function fillEditor(row, msg, { house, room_id }) {
  const edit = house.deeds.edit(room_id)
  const mine = edit?.msg.msg_id === msg.msg_id ? edit : undefined
  const form = row.querySelector('form.edit') ?? undefined
  the(row, 'text').hidden = Boolean(mine)
  if (!mine) return form && close(form)
  const standing = form ?? open(row, mine, house, room_id)
  const field = /** @type {HTMLTextAreaElement} */ (standing.querySelector('textarea'))
  field.readOnly = mine.busy
  the(standing, 'problem').textContent = mine.problem
  if (begun.has(mine)) return
  begun.add(mine)
  queueMicrotask(() => {
    field.focus()
    field.setSelectionRange(field.value.length, field.value.length)
  })
}

/**
 * @param {HTMLElement} row
 * @param {import('../deeds.js').Edit} edit
 * @param {import('../app.js').House} house
 * @param {string} room_id
 */
function open(row, edit, { deeds }, room_id) {
  const field = make('textarea', { 'aria-label': 'Edit message', dir: 'auto' })
  field.value = edit.text
  const end = () => deeds.endEdit(room_id)
  const save = (/** @type {Event} */ event) => {
    event.preventDefault()
    const excess = bytes.encode(field.value).length - limits.maxMessageBytes
    if (excess > 0) the(form, 'problem').textContent = `Too long by ${excess} bytes.`
    else void deeds.save(room_id)
  }
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.target === field) save(event)
    if (event.key === 'Escape') end()
    event.stopPropagation() // the list's own keys are not for who writes
  }
  field.addEventListener('input', () => deeds.write(room_id, field.value))
  const form = make(
    'form', { class: 'edit', submit: save, keydown: keys }, field,
    make('p', { class: 'problem', part: 'problem', role: 'alert' }),
    make('div', { class: 'ends' }, make('span', { class: 'faint by-keys' }, 'Enter saves, Escape cancels'),
      make('button', { type: 'button', class: 'small', click: end }, 'Cancel'), make('button', { class: 'small strong' }, 'Save')),
  )
  homes.set(form, document.activeElement?.closest('message-composer textarea') ?? row)
  the(row, 'text').after(form)
  return form
}

/** @param {Element} form */
function close(form) {
  const home = form.contains(document.activeElement) ? homes.get(form) : undefined
  form.remove()
  home?.focus({ preventScroll: true })
}
