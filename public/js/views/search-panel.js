/**
 * The search bar and what it found. Arrows go from the field into the hits and through them; Enter opens a message where it was said.
 */

import { pieces } from '../snippet.js'
import { make } from './make.js'
import { fillTime } from './time.js'
import { clone, the, Rows, View } from './view.js'

/** @typedef {import('../protocol.js').Hit} Hit */

export class SearchPanel extends View {
  #rows = /** @type {Rows<Hit> | null} */ (null)
  #opened = ''

  enter() {
    const { search, here, rooms, presence } = this.house
    this.follow(search, here, rooms, presence)
    this.#rows = new Rows(this.the('list'), (hit) => this.#make(hit), (element, hit) => this.#fill(element, hit))
    this.on(this.the('close'), 'click', () => here.back())
    this.on(this.the('more'), 'click', () => void search.next())
    this.on(this.the('list'), 'keydown', (event) => this.#press(event))
  }

  draw() {
    const { search, here, rooms, presence } = this.house
    this.hidden = here.side !== 'search'
    const rows = search.hits.map((hit) => {
      const version = [presence.nameOf(hit.user_id), rooms.get(hit.room_id)?.name, hit.msg_id === this.#opened].join(' ')
      return { key: hit.msg_id, version, row: hit }
    })
    this.the('state').textContent = state(search, rooms.get(search.room_id)?.name)
    this.the('more').hidden = search.busy || !search.q || !(search.more || search.problem)
    this.the('more').textContent = search.problem ? 'Try again' : 'Older ones'
    this.#rows?.draw(rows)
  }

  /** @param {Hit} hit */
  #make(hit) {
    const element = clone('hit-row')
    the(element, 'open').onclick = () => void this.#open(hit)
    fillTime(the(element, 'time', HTMLTimeElement), hit.ts)
    the(element, 'snippet').replaceChildren(...pieces(hit).map(({ text, found }) => (found ? make('mark', {}, text) : text)))
    return element
  }

  /**
   * @param {HTMLElement} element
   * @param {Hit} hit
   */
  #fill(element, { user_id, room_id, msg_id }) {
    const { presence, rooms } = this.house
    the(element, 'name').textContent = presence.nameOf(user_id)
    the(element, 'room').textContent = rooms.get(room_id)?.name ?? ''
    const open = the(element, 'open')
    if (msg_id === this.#opened) open.setAttribute('aria-current', 'true')
    else open.removeAttribute('aria-current')
  }

  /** @param {Hit} hit */
  #open({ room_id, seq, msg_id }) {
    const { here, messages, notices } = this.house
    this.#opened = msg_id
    this.later()
    here.open(room_id, seq)
    return notices.tryTo(() => messages.around(room_id, seq))
  }

  /** @param {KeyboardEvent} event */
  #press(event) {
    const hits = /** @type {HTMLElement[]} */ ([...this.the('list').querySelectorAll('.hit')])
    const at = hits.indexOf(/** @type {HTMLElement} */ (event.target))
    const next = { ArrowDown: hits[at + 1] ?? this.the('more'), ArrowUp: hits[at - 1], Home: hits[0], End: hits.at(-1) }[event.key]
    if (at < 0 || !['ArrowDown', 'ArrowUp', 'Home', 'End'].includes(event.key)) return
    event.preventDefault()
    if (next) next.focus()
    else document.querySelector('search-bar input')?.dispatchEvent(new Event('wanted'))
  }
}

export class SearchBar extends View {
  enter() {
    const { search, here, rooms } = this.house
    const field = this.the('q', HTMLInputElement)
    this.follow(here, rooms)
    this.on(this.the('form'), 'submit', (event) => {
      event.preventDefault()
      if (!field.value.trim()) return
      if (!here.stands('search')) here.beside('search')
      void search.look(field.value, this.#room_id)
    })
    this.on(this.the('scope'), 'change', () => here.side === 'search' && field.value.trim() && void search.look(field.value, this.#room_id))
    this.on(field, 'wanted', () => field.select())
    this.on(field, 'keydown', (event) => {
      const first = event.key === 'ArrowDown' ? document.querySelector('search-panel:not([hidden]) .hit') : null
      if (!(first instanceof HTMLElement)) return
      event.preventDefault()
      first.focus()
    })
  }

  draw() {
    const { here, rooms } = this.house
    const room = /** @type {HTMLOptionElement | null} */ (this.querySelector('option[value="room"]'))
    if (room) room.disabled = !rooms.mine(here.room_id)
    const scope = this.the('scope', HTMLSelectElement)
    if (room?.disabled && scope.value === 'room') scope.value = 'all'
  }

  get #room_id() {
    return this.the('scope', HTMLSelectElement).value === 'room' ? this.house.here.room_id : ''
  }
}

/**
 * @param {import('../search.js').Search} search
 * @param {string} [room]
 */
function state({ busy, problem, hits, partial, more, full, q, room_id }, room) {
  if (busy) return 'Searching…'
  if (problem) return problem
  if (!q) return ''
  const place = room_id ? ` in ${room ?? 'this room'}` : ''
  if (!hits.length) return partial ? 'Nothing found in the time there was: try other words, or one room.' : `Nothing found${place}.`
  const rest = full ? ' That is the newest of them: look in one room for more.' : partial ? ' The time was over before all was looked through.' : more ? ' There are older ones.' : ''
  return `${hits.length} found${place}.${rest}`
}
