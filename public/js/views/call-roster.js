/**
 * Everybody in the call, in one row: who speaks, who is muted or deafened, who has not arrived or is cut off, and how loud I hear each.
 */

import { bars, drawBars } from './bars.js'
import { disc, fillDisc } from './disc.js'
import { icon } from './icons.js'
import { make } from './make.js'
import { the, Rows, View } from './view.js'
import { openVolumes } from './volumes.js'

/**
 * @typedef {object} Row
 * @property {string} peer_id
 * @property {string} user_id
 * @property {string} name
 * @property {boolean} self
 * @property {boolean} speaks
 * @property {boolean} muted
 * @property {boolean} deafened
 * @property {string} standing a word where something is not as it should be
 * @property {number | null} quality
 */

const POOR = 2

export class CallRoster extends View {
  #rows = /** @type {Rows<Row> | null} */ (null)

  enter() {
    const { call, voices, presence, microphone } = this.house
    const list = make('ul', { part: 'people', 'aria-label': 'In the call' })
    this.replaceChildren(list)
    this.#rows = new Rows(list, (row) => this.#make(row), fill)
    this.follow(call, voices, presence, microphone)
  }

  draw() {
    const { call, voices, presence } = this.house
    const rows = call.peers.map((peer) => {
      const { peer_id, user_id, self, state } = peer
      const speaks = voices.speaks(peer_id)
      return { peer_id, user_id, self, speaks, name: presence.nameOf(user_id), muted: Boolean(state.muted), deafened: Boolean(state.deafened), standing: standing(peer), quality: state.quality ?? null }
    })
    this.#rows?.draw(rows.map((row) => ({ key: row.peer_id, version: JSON.stringify(row), row })))
  }

  /** @param {Row} row */
  #make({ user_id, peer_id, self }) {
    const button = make('button', { type: 'button', class: 'person', part: 'person', 'aria-haspopup': self ? null : 'dialog' },
      disc(), make('bdi', { class: 'name', part: 'name' }), make('span', { class: 'faint', part: 'standing' }),
      make('span', { class: 'sign', part: 'muted' }, icon('mic off'), make('span', { class: 'unseen' }, 'muted')),
      make('span', { class: 'sign', part: 'deafened' }, icon('ears off'), make('span', { class: 'unseen' }, 'deafened')),
      make('span', { part: 'quality' }, bars(3)))
    if (self) button.disabled = true
    else button.addEventListener('click', () => openVolumes(this.house, button, user_id))
    return make('li', { class: 'peer', 'data-peer': peer_id }, button)
  }
}

/**
 * @param {HTMLElement} element
 * @param {Row} row
 */
function fill(element, { user_id, name, self, speaks, muted, deafened, standing, quality }) {
  const mark = element.querySelector('.disc')
  if (mark instanceof HTMLElement) fillDisc(mark, user_id, name)
  element.classList.toggle('speaks', speaks)
  element.classList.toggle('waiting', standing !== '')
  the(element, 'name').textContent = self ? `${name} (you)` : name
  the(element, 'standing').textContent = standing
  the(element, 'muted').hidden = !muted || deafened
  the(element, 'deafened').hidden = !deafened
  the(element, 'quality').hidden = self || quality === null || quality > POOR || standing !== ''
  drawBars(/** @type {HTMLElement} */ (the(element, 'quality').firstElementChild), quality ?? 3)
  the(element, 'person').title = self ? '' : `Volume of ${name}`
}

/** @param {{self: boolean, away: boolean, linked: string}} peer */
function standing({ self, away, linked }) {
  if (self) return ''
  if (linked === 'connecting') return 'connecting…'
  if (linked === 'lost') return 'lost, trying again…'
  return away ? 'away' : ''
}
