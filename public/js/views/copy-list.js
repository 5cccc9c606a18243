/**
 * Rooms that were read from a file: listed below the rooms of the server, opened to read, and gone with the page.
 */

import { openDialog } from './dialog.js'
import { make, theirs } from './make.js'
import { fillTime } from './time.js'
import { Rows, View } from './view.js'

/** @typedef {import('../jsonl.js').Copy} Copy */
/** @typedef {import('../jsonl.js').Said} Said */

const PAGE = 300

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
      make('button', { class: 'room', click: () => read(copy) }, make('span', { class: 'sign', 'aria-hidden': 'true' }, '▤'), theirs(copy.name)),
      make('button', { class: 'small', 'aria-label': `Forget ${copy.name}`, click: () => this.house.archive.close(copy) }, '✕'))
  }
}

/**
 * The end of it first, as with every room; what was before comes when it is asked for.
 * @param {Copy} copy
 */
function read({ name, topic, exported_at, messages }) {
  let from = messages.length
  const list = make('ol', { role: 'log', 'aria-label': `Messages of ${name}` })
  const more = make('button', { class: 'small', click: () => show() }, 'Show earlier messages')
  const show = () => {
    const page = messages.slice(Math.max(0, from - PAGE), from)
    from -= page.length
    const [first] = list.children
    list.prepend(...page.map(row))
    more.hidden = from === 0
    first?.scrollIntoView()
  }
  show()
  const when = exported_at ? `Saved ${new Date(exported_at).toLocaleString()}. ` : ''
  openDialog(name, topic && make('p', { dir: 'auto' }, topic), make('p', { class: 'faint' }, `${when}${messages.length} messages, to read only.`), more, list)
}

/** @param {Said} said */
function row({ ts, user_handle, text, edited, deleted, bot, files }) {
  const time = make('time')
  fillTime(time, ts)
  return make('li', { class: 'message' },
    make('p', { class: 'by' }, theirs(`@${user_handle}`, 'name'), bot && make('span', { class: 'tag' }, 'bot'), time),
    make('p', { class: `text${deleted ? ' deleted' : ''}`, dir: 'auto' }, deleted ? 'This message was deleted.' : text),
    files.length > 0 && make('p', { class: 'faint', dir: 'auto' }, files.join(', ')),
    edited && !deleted && make('span', { class: 'faint' }, '(edited)'))
}
