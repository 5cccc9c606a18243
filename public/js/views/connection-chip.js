/**
 * How the connection is, in a word; opened, also the round trip, the last error with its trace, and what waits to be sent.
 */

import { clone, Rows, the, View } from './view.js'

const TICK_MS = 1_000
const EXCERPT = 80

/** @typedef {import('../outbox.js').Item} Item */

export class ConnectionChip extends View {
  #cancel = () => {}
  #items = /** @type {Rows<Item> | null} */ (null)

  enter() {
    const { socket, outbox, rooms } = this.house
    this.follow(socket, outbox, rooms)
    const details = /** @type {HTMLDetailsElement} */ (this.querySelector('details'))
    this.on(document, 'pointerdown', ({ target }) => this.contains(target) || (details.open = false)) // it lies over the rooms
    this.#items = new Rows(this.the('items'), (item) => this.#make(item), (element, item) => this.#fill(element, item))
  }

  draw() {
    const { socket, outbox, clock } = this.house
    const items = outbox.all()
    const queued = items.length
    this.dataset.state = socket.state.name
    this.the('state').textContent = word(socket.state, clock.now()) + (queued ? `, ${queued} queued` : '')
    this.the('trip').textContent = socket.live && socket.roundTrip !== null ? `${Math.round(socket.roundTrip)} ms` : '–'
    this.the('queued').textContent = String(queued)
    const { lastError } = socket
    this.the('error').textContent = lastError ? [lastError.message, lastError.trace].filter(Boolean).join(' · ') : 'none'
    this.#items?.draw(items.map((item) => ({ key: item.key, version: item.text + item.failed, row: item })))
    this.the('items').hidden = queued === 0
    this.#cancel()
    if (socket.state.name === 'waiting') this.#cancel = clock.after(TICK_MS, () => this.draw())
  }

  /** @param {Item} item */
  #make(item) {
    const { outbox } = this.house
    const element = clone('queued-row')
    the(element, 'retry').addEventListener('click', () => outbox.retry(item))
    the(element, 'cancel').addEventListener('click', () => outbox.cancel(item))
    return element
  }

  /**
   * @param {HTMLElement} element
   * @param {Item} item
   */
  #fill(element, { room_id, text, failed }) {
    the(element, 'room').textContent = this.house.rooms.get(room_id)?.name ?? ''
    the(element, 'text').textContent = text.length > EXCERPT ? `${text.slice(0, EXCERPT)}…` : text
    the(element, 'failed').textContent = failed
    the(element, 'retry').hidden = !failed
  }
}

/**
 * @param {import('../socket.js').State} state
 * @param {number} now
 */
function word(state, now) {
  if (state.name === 'live') return 'Live'
  if (state.name === 'waiting') return `Reconnecting in ${Math.max(1, Math.ceil((state.until - now) / 1000))} s`
  if (state.name === 'offline') return 'Offline'
  if (state.name === 'ended') return 'Signed out'
  return 'Connecting…'
}
