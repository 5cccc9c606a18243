/** Tabs of one browser that may call me, and the locks they share. */

import { Alerts } from '../../public/js/alerts.js'
import { Levels } from '../../public/js/levels.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeClock, FakeSocket, FakeStorage, flush, message, room, user } from './fakes.js'

export const levelsOf = (storage = new FakeStorage(), me = 'u_me') => new Levels({ shelf: new Shelf(storage), user: () => me })

/** Locks of one browser, for any number of tabs. */
export class FakeLocks {
  /** Grants, and says that something is taken, only when told to. */
  slow = false
  #held = new Map()
  #waiting = []

  request(name, { mode, signal, ifAvailable }, work) {
    return new Promise((resolve, reject) => {
      const ask = { name, mode, ifAvailable, start: () => Promise.resolve(work({ name })).finally(() => this.#release(name)).then(resolve, reject) }
      ask.miss = () => Promise.resolve(work(null)).then(resolve, reject)
      signal?.addEventListener('abort', () => {
        if (this.#waiting.includes(ask)) reject(new DOMException('called off', 'AbortError'))
        this.#waiting = this.#waiting.filter((one) => one !== ask)
      })
      this.#waiting.push(ask)
      if (!this.slow) this.#grant()
    })
  }

  decide() {
    this.slow = false
    this.#grant()
  }

  async query() {
    return { held: [...this.#held.keys()].map((name) => ({ name })) }
  }

  #release(name) {
    if (this.#held.get(name) > 1) this.#held.set(name, this.#held.get(name) - 1)
    else this.#held.delete(name)
    this.#grant()
  }

  #grant() {
    const free = ({ name, mode }) => !this.#held.has(name) || mode === 'shared'
    const next = this.#waiting.find((ask) => ask.ifAvailable || free(ask))
    if (!next) return
    this.#waiting = this.#waiting.filter((one) => one !== next)
    if (!free(next)) {
      next.miss()
      return this.#grant()
    }
    this.#held.set(next.name, (this.#held.get(next.name) ?? 0) + 1)
    next.start()
  }
}

export function tab({ locks, looking = false, at = 'r_2', left = [] } = {}) {
  const clock = new FakeClock()
  const socket = new FakeSocket()
  const nouns = { messages: new EventTarget(), rooms: new EventTarget(), here: new EventTarget() }
  nouns.rooms.loaded = true
  const standing = { r_1: room('r_1'), g_1: room('g_1', { kind: 'group' }), r_2: room('r_2') }
  nouns.messages.timeline = () => ({ find: (id) => (id === 'm_mine' ? message(1, { user_id: 'u_me' }) : undefined) })
  nouns.rooms.get = (room_id) => standing[room_id]
  Object.assign(nouns.here, { room_id: at, open: (...where) => (nouns.here.opened = where) })
  const calls = []
  const desk = { looking: () => looking, standing: async () => left, sound: (kind) => calls.push(kind), call: (call) => (calls.push(call), { close: () => calls.push('closed') }) }
  const levels = levelsOf()
  levels.choose({ desktop: true })
  const presence = { nameOf: () => 'Ada' }
  const absence = new EventTarget()
  const alerts = new Alerts({ ...nouns, absence, socket, clock, levels, presence, session: { user: user('u_me') }, locks, desk })
  alerts.look()
  socket.become('live')
  const say = async (room_id, more = {}) => {
    nouns.messages.dispatchEvent(new CustomEvent('said', { detail: { room_id, msg: message(5, more) } }))
    await flush()
  }
  const read = (room_id, read_seq) => {
    standing[room_id] = { ...standing[room_id], read_seq }
    nouns.rooms.dispatchEvent(new CustomEvent('change'))
  }
  const back = async (missed) => {
    absence.dispatchEvent(new CustomEvent('back', { detail: { missed } }))
    await flush()
  }
  const lines = () => calls.filter((call) => call.title)
  return { say, back, calls, lines, clock, socket, levels, read, standing, here: nouns.here, alerts }
}
