/**
 * The search bar and what it found. A hit opens its message where it was said.
 */

import { pieces } from '../search.js'
import { fillTime } from './message-row.js'
import { clone, the, View } from './view.js'

/** @typedef {import('../protocol.js').Hit} Hit */

export class SearchPanel extends View {
  enter() {
    const { search, here } = this.house
    this.follow(search, here)
    this.on(this.the('close'), 'click', () => here.beside('search'))
  }

  draw() {
    const { search, here } = this.house
    this.hidden = here.side !== 'search'
    this.the('state').textContent = state(search)
    this.the('list').replaceChildren(...search.hits.map((hit) => this.#row(hit)))
  }

  /** @param {Hit} hit */
  #row(hit) {
    const { presence, rooms } = this.house
    const element = clone('hit-row')
    the(element, 'name').textContent = presence.nameOf(hit.user_id)
    the(element, 'room').textContent = rooms.get(hit.room_id)?.name ?? ''
    fillTime(the(element, 'time', HTMLTimeElement), hit.ts)
    the(element, 'snippet').replaceChildren(...pieces(hit).map(({ text, found }) => (found ? marked(text) : text)))
    the(element, 'open').onclick = () => void this.#open(hit)
    return element
  }

  /** @param {Hit} hit */
  async #open({ room_id, seq }) {
    const { here, messages, notices } = this.house
    here.open(room_id, seq)
    await notices.tryTo(() => messages.around(room_id, seq))
  }
}

export class SearchBar extends View {
  enter() {
    const { search, here } = this.house
    this.on(this.the('form'), 'submit', (event) => {
      event.preventDefault()
      const q = this.the('q', HTMLInputElement).value
      if (!q.trim()) return
      if (here.side !== 'search') here.beside('search')
      else here.show('side')
      void search.look(q, this.the('scope', HTMLSelectElement).value === 'room' ? here.room_id : '')
    })
  }
}

/** @param {string} text */
function marked(text) {
  const mark = document.createElement('mark')
  mark.textContent = text
  return mark
}

/** @param {import('../search.js').Search} search */
function state({ busy, problem, hits, partial, q }) {
  if (busy) return 'Searching…'
  if (problem) return problem
  if (!q) return ''
  if (!hits.length) return 'Nothing found.'
  return `${hits.length} found${partial ? ', there may be more' : ''}.`
}
