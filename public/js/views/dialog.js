/**
 * Dialogs that are made when they are needed and gone when they are closed, and the question before a deed that hurts.
 */

import { make } from './make.js'

let count = 0

/**
 * @param {string} title
 * @param {Record<string, string>} given
 * @param {...import('./make.js').Child} content
 */
function stand(title, given, ...content) {
  const id = `dialog-${++count}`
  const dialog = make('dialog', { ...given, 'aria-labelledby': id, close: () => dialog.remove() }, make('h2', { id }, title), ...content)
  document.body.append(dialog)
  dialog.showModal()
  return dialog
}

/**
 * Something to look at and work with; Escape and Close end it.
 * @param {string} title
 * @param {...import('./make.js').Child} content
 */
export function openDialog(title, ...content) {
  const close = make('button', { class: 'small', click: () => dialog.close() }, 'Close')
  const dialog = stand(title, { class: 'sheet' }, close, make('div', { class: 'sections' }, ...content))
  return dialog
}

/** Whoever is signed out leaves nothing standing for the next one to read. */
export function closeAll() {
  for (const dialog of document.querySelectorAll('dialog')) dialog.close()
}

/**
 * @typedef {object} Question
 * @property {string} title
 * @property {string} text what will happen
 * @property {string} deed what the button says
 * @property {boolean} [reason] whether one may be given
 */

/**
 * @param {Question} question
 * @returns {Promise<{reason: string} | null>} null for no
 */
export function asked({ title, text, deed, reason = false }) {
  return new Promise((resolve) => {
    let answer = /** @type {{reason: string} | null} */ (null)
    const why = make('input', { maxlength: 250, dir: 'auto', autocomplete: 'off' })
    const submit = () => (answer = { reason: why.value })
    const dialog = stand(
      title, { role: 'alertdialog' },
      make('form', { method: 'dialog', submit }, make('p', {}, text), reason && make('label', {}, 'Reason, if there is one to give', why),
        make('div', { class: 'ends' }, make('button', { type: 'button', click: () => dialog.close() }, 'Cancel'), make('button', { class: 'grave' }, deed))),
    )
    dialog.addEventListener('close', () => resolve(answer))
  })
}
