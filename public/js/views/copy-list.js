/**
 * Rooms that were read from a file: listed below the rooms of the server, opened to read, and gone with the page.
 */

import { openDialog } from './dialog.js'
import { make, theirs, view } from './make.js'
import { Rows, View } from './view.js'

/** @typedef {import('../jsonl.js').Copy} Copy */

export class CopyList extends View {
  #rows = /** @type {Rows<Copy> | null} */ (null)
  #keys = /** @type {WeakMap<Copy, string>} */ (new WeakMap())
  #count = 0

  enter() {
    const list = make('ul', { 'aria-label': 'Read from a file' })
    this.replaceChildren(make('h2', {}, 'Read from a file'), list)
    this.#rows = new Rows(list, (copy) => this.#row(copy), () => {})
    this.follow(this.house.archive)
  }

  draw() {
    const copies = this.house.archive.copies()
    this.hidden = copies.length === 0
    this.#rows?.draw(copies.map((row) => ({ key: this.#key(row), version: '', row })))
  }

  /** @param {Copy} copy */
  #key(copy) {
    const key = this.#keys.get(copy) ?? `${++this.#count}`
    this.#keys.set(copy, key)
    return key
  }

  /** @param {Copy} copy */
  #row(copy) {
    return make('li', { class: 'copy' },
      make('button', { class: 'room', click: () => this.#read(copy) }, make('span', { class: 'sign', 'aria-hidden': 'true' }, '▤'), theirs(copy.name)),
      make('button', { class: 'small', 'aria-label': `Forget ${copy.name}`, click: () => this.house.archive.close(copy) }, '✕'))
  }

  /** @param {Copy} copy */
  #read(copy) {
    const dialog = openDialog(copy.name, Object.assign(view('copy-reader', this.house), { copy }))
    dialog.classList.add('wide')
  }
}
