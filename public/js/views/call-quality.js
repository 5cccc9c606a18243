/**
 * Why is my call bad: what is mine of it first, then a row a link with what comes and goes, and under it one sentence and what helps.
 * Live for as long as somebody looks.
 */

import { bars, drawBars } from './bars.js'
import { openDialog } from './dialog.js'
import { make, theirs, view } from './make.js'
import { Rows, View } from './view.js'

const COLUMNS = ['Who', 'Voice', 'Video', 'Route']
const WELL = 'Your call is well.'
const ALONE = 'Nobody else is in the call yet.'
const OUT = 'You are in no call.'

/** @typedef {import('../rtc/quality.js').Row} Link */
/** @typedef {Link & {said: boolean}} Row a link has two: its figures, and what is said of it */

/** @param {import('../app.js').House} house */
export const openCallQuality = (house) => openDialog('Call quality', view('call-quality', house))

export class CallQuality extends View {
  #rows = /** @type {Rows<Row> | null} */ (null)

  enter() {
    const { call, quality, governor, presence } = this.house
    const head = make('tr', {}, ...COLUMNS.map((name) => make('th', { scope: 'col' }, name)))
    const body = make('tbody')
    this.replaceChildren(
      make('div', { class: 'verdict', role: 'status', part: 'mine' }, bars(3), make('div', {}, make('p', { part: 'sentence' }), make('p', { class: 'faint', part: 'fix' }))),
      make('p', { class: 'paused', role: 'status', part: 'paused' }),
      make('table', { part: 'links' }, make('caption', { class: 'faint' }, 'Every link of yours, as it is now: ↓ comes, ↑ goes, in kbit/s.'), make('thead', {}, head), body),
      make('p', { class: 'faint' }, 'The others see your bars; nothing else of this leaves the page.'))
    this.#rows = new Rows(body, (row) => (row.said ? this.#sentence() : this.#figures(row)), (element, row) => (row.said ? say(element, row) : count(element, row)))
    this.follow(call, quality, governor, presence)
  }

  draw() {
    const { call, quality, governor } = this.house
    const links = quality.rows()
    const mine = quality.mine ?? { level: quality.level, sentence: call.state === 'out' ? OUT : links.length ? summary(links) : ALONE, fix: '' }
    drawBars(/** @type {HTMLElement} */ (this.the('mine').firstElementChild), mine.level)
    write(this.the('sentence'), mine.sentence)
    write(this.the('fix'), mine.fix)
    write(this.the('paused'), governor.paused)
    this.the('links').hidden = links.length === 0
    this.#rows?.draw(links.flatMap((link) => [false, true].map((said) => {
      const name = this.#name(link)
      return { key: `${link.peer_id} ${said}`, version: JSON.stringify([name, link]), row: { ...link, said } }
    })))
  }

  /** @param {Link} link */
  #name({ user_id }) {
    return this.house.presence.nameOf(user_id)
  }

  /** @param {Row} row */
  #figures(row) {
    const who = make('th', { scope: 'row' }, make('div', { class: 'who' }, bars(0), theirs(this.#name(row))))
    return make('tr', { class: 'link' }, who, ...['voice', 'video', 'route'].map((part) => make('td', { part })))
  }

  #sentence() {
    const cell = make('td', { colspan: COLUMNS.length }, make('p', { part: 'sentence' }), make('p', { class: 'faint', part: 'fix' }))
    return make('tr', { class: 'said' }, cell)
  }
}

/** @param {Link[]} links */
function summary(links) {
  const bad = links.filter(({ verdict }) => verdict.level < 3).length
  if (!bad) return WELL
  if (links.length === 1) return 'Your link is not as it should be.'
  return bad === 1 ? 'One of your links is not as it should be; the others are well.' : 'Some of your links are not as they should be.'
}

/**
 * @param {HTMLElement} element
 * @param {Link} link
 */
function say(element, { verdict }) {
  element.dataset.level = String(verdict.level)
  write(part(element, 'sentence'), verdict.sentence)
  write(part(element, 'fix'), verdict.fix)
}

/**
 * @param {HTMLElement} element
 * @param {Link} link
 */
function count(element, { verdict, rates, rtt, route }) {
  drawBars(/** @type {HTMLElement} */ (element.querySelector('.bars')), verdict.level)
  part(element, 'voice').replaceChildren(...bothWays(rates?.heard, rates?.spoken))
  part(element, 'video').replaceChildren(...bothWays(rates?.seen, rates?.shown))
  part(element, 'route').replaceChildren(make('span', {}, route ? wayOf(route) : '–'), ' ', make('span', {}, rtt === null ? '' : `${Math.round(rtt)} ms`))
}

/** @param {import('../rtc/readings.js').Route} route */
const wayOf = ({ way, over }) => `${way === 'relay' ? 'Relay' : 'Direct'}${over === 'tcp' ? ', TCP' : ''}`

/**
 * @param {number} [comes] bit/s
 * @param {number} [goes]
 */
const bothWays = (comes = 0, goes = 0) => [
  make('span', {}, make('span', { 'aria-hidden': 'true' }, '↓ '), kbit(comes), make('span', { class: 'unseen' }, ' received, ')),
  make('span', {}, make('span', { 'aria-hidden': 'true' }, '↑ '), kbit(goes), make('span', { class: 'unseen' }, ' sent')),
]

/** @param {number} bits */
function kbit(bits) {
  return bits < 500 ? '–' : Math.max(1, Math.round(bits / 1000)).toLocaleString('en')
}

/**
 * @param {HTMLElement} element
 * @param {string} name
 */
const part = (element, name) => /** @type {HTMLElement} */ (element.querySelector(`[data-part="${name}"]`))

/**
 * Only what is new is written: a screen reader says it again otherwise.
 * @param {HTMLElement} element
 * @param {string} text
 */
function write(element, text) {
  if (element.textContent !== text) element.textContent = text
  element.hidden = text === ''
}
