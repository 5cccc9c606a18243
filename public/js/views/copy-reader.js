/**
 * A room that was read from a file, to read only: as rooms look, with a field that finds words in it. Enter goes to the hit before,
 * Shift+Enter to the one after it.
 */

import { foundIn, Transcript } from '../transcript.js'
import { make } from './make.js'
import { fillAuthor } from './message-row.js'
import { ReadingPlace } from './reading-place.js'
import { dayName, fillTime } from './time.js'
import { clone, the, Rows, View } from './view.js'
import { written } from './written.js'

const AHEAD_PX = 500

/** @typedef {import('../jsonl.js').Copy} Copy */
/** @typedef {import('../transcript.js').Line} Line */

export class CopyReader extends View {
  #rows = /** @type {Rows<Line> | null} */ (null)
  #place = /** @type {ReadingPlace | null} */ (null)
  #transcript = new Transcript([])
  #seen = ''
  copy = /** @type {Copy | null} */ (null)

  enter() {
    if (!this.copy) return
    const { topic, name } = this.copy
    const transcript = (this.#transcript = new Transcript(this.copy.messages))
    const field = make('input', { type: 'search', 'aria-label': `Find in ${name}`, placeholder: 'Find', dir: 'auto', maxlength: 200, autocomplete: 'off' })
    const list = make('ol')
    const scroll = make('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `What was said in ${name}` },
      make('div', { role: 'log', 'aria-live': 'off', 'aria-label': `Messages of ${name}` }, list))
    this.replaceChildren(
      make('div', { class: 'facts' }, topic && make('p', { dir: 'auto' }, topic), make('p', { class: 'faint' }, facts(this.copy))),
      make('div', { class: 'find', role: 'search' }, field, make('span', { class: 'faint', part: 'state', role: 'status' }),
        make('button', { class: 'small', part: 'before', 'aria-label': 'Earlier hit', click: () => transcript.step(-1) }, '↑'),
        make('button', { class: 'small', part: 'after', 'aria-label': 'Later hit', click: () => transcript.step(1) }, '↓')),
      scroll)
    this.#place = new ReadingPlace(scroll, list)
    this.#rows = new Rows(list, makeLine, (element, line) => this.#fill(element, line))
    this.follow(transcript)
    this.on(field, 'input', () => transcript.look(field.value))
    this.on(field, 'keydown', (event) => this.#press(event, field))
    this.on(scroll, 'scroll', () => this.#look())
    this.on(scroll, 'keydown', (event) => this.#leap(event))
    requestAnimationFrame(() => this.#place?.bottom())
  }

  draw() {
    const { chosen, pattern, hits, turn, lines } = this.#transcript
    this.#place?.hold()
    this.#rows?.draw(lines.map((row) => ({ key: row.key, version: `${pattern ?? ''} ${row.key === chosen} ${row.kind === 'said' && row.head}`, row })))
    this.#place?.restore()
    this.the('state').textContent = !pattern ? '' : hits.length ? `${turn} of ${hits.length}` : 'Nothing found'
    for (const name of ['before', 'after']) this.the(name, HTMLButtonElement).disabled = hits.length < 2
    const row = this.#rows?.element(chosen)
    if (row && this.#seen !== `${pattern} ${chosen}`) this.#place?.show(row, 0.5)
    this.#seen = `${pattern} ${chosen}`
  }

  /** What is near is there before the reader comes to it. */
  #look() {
    if (!this.#place) return
    if (this.#place.toTop < AHEAD_PX) this.#transcript.up()
    else if (this.#place.toBottom < AHEAD_PX) this.#transcript.down()
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLInputElement} field
   */
  #press(event, field) {
    if (event.key === 'Escape' && field.value) {
      field.value = ''
      this.#transcript.look('')
    } else if (event.key === 'Enter' && !event.isComposing) this.#transcript.step(event.shiftKey ? 1 : -1)
    else return
    event.preventDefault()
  }

  /**
   * To the very beginning and the very end, however far it is.
   * @param {KeyboardEvent} event
   */
  #leap({ key, target, currentTarget }) {
    if (target !== currentTarget || (key !== 'Home' && key !== 'End')) return
    if (key === 'Home') this.#transcript.top()
    else this.#transcript.end()
    const [scroll] = this.getElementsByClassName('scroll')
    queueMicrotask(() => scroll?.scrollTo({ top: key === 'Home' ? 0 : scroll.scrollHeight, behavior: 'instant' }))
  }

  /**
   * @param {HTMLElement} element
   * @param {Line} line
   */
  #fill(element, line) {
    if (line.kind === 'day') return void (the(element, 'day').textContent = dayName(line.ts, this.house.clock.now()) || 'At some time')
    const { pattern, chosen } = this.#transcript
    const { said: { text, deleted, edited, bot, files, user_handle, ts }, head } = line
    fillAuthor(element, user_handle, user_handle, head)
    the(element, 'name').textContent = `@${user_handle}`
    fillTime(the(element, 'time', HTMLTimeElement), ts, { clock: true })
    the(element, 'bot').hidden = !bot
    the(element, 'edited').hidden = !edited || deleted
    const body = the(element, 'text')
    body.classList.toggle('deleted', deleted)
    body.replaceChildren(...(deleted ? [make('p', {}, 'This message was deleted.')] : written(text)))
    const names = the(element, 'seen')
    names.textContent = files.join(', ')
    element.classList.toggle('shown', line.key === chosen)
    if (pattern) for (const place of [the(element, 'name'), names, ...(deleted ? [] : [body])]) markIn(place, pattern)
  }
}

/** @param {Line} line */
function makeLine({ kind }) {
  if (kind === 'day') return clone('day-row')
  const element = clone('message-row')
  for (const part of ['quote', 'reactions', 'handle']) the(element, part).remove()
  return element
}

/**
 * @param {HTMLElement} element
 * @param {RegExp} pattern
 */
function markIn(element, pattern) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT)
  const texts = /** @type {Text[]} */ ([])
  while (walker.nextNode()) texts.push(/** @type {Text} */ (walker.currentNode))
  for (const node of texts) node.replaceWith(...foundIn(node.data, pattern).map(({ text, found }) => (found ? make('mark', {}, text) : text)))
}

/** @param {Copy} copy */
function facts({ exported_at, messages, skipped }) {
  const when = exported_at ? `Saved ${new Date(exported_at).toLocaleString()}. ` : ''
  const broken = skipped ? ` ${skipped} ${skipped === 1 ? 'line' : 'lines'} could not be read.` : ''
  return `${when}${messages.length} ${messages.length === 1 ? 'message' : 'messages'}, to read only.${broken}`
}
