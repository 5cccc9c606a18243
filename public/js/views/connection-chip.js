/**
 * How the connection is, in a word, and a little more when it is opened.
 */

import { View } from './view.js'

const TICK_MS = 1_000

export class ConnectionChip extends View {
  #cancel = () => {}

  enter() {
    const { socket, outbox } = this.house
    this.follow(socket, outbox)
  }

  draw() {
    const { socket, outbox, clock } = this.house
    const queued = outbox.all().length
    this.dataset.state = socket.state.name
    this.the('state').textContent = word(socket.state, clock.now()) + (queued ? `, ${queued} queued` : '')
    this.the('trip').textContent = socket.live && socket.roundTrip !== null ? `${Math.round(socket.roundTrip)} ms` : '–'
    this.the('queued').textContent = String(queued)
    const { lastError } = socket
    this.the('error').textContent = lastError ? [lastError.message, lastError.trace].filter(Boolean).join(' · ') : 'none'
    this.#cancel()
    if (socket.state.name === 'waiting') this.#cancel = clock.after(TICK_MS, () => this.draw())
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
