/**
 * What stands for the outside in these tests: a clock that is moved by hand, a storage with a quota, a WebSocket whose other end is the
 * test, and a socket that answers from a table. Nothing here waits for real time.
 */

import { Refusal } from '../../public/js/refusal.js'

export class FakeClock {
  #now = 1_000_000
  #due = []

  now = () => this.#now

  after = (ms, work) => {
    const timer = { at: this.#now + ms, work }
    this.#due.push(timer)
    return () => void (this.#due = this.#due.filter((one) => one !== timer))
  }

  get waiting() {
    return this.#due.length
  }

  /** Runs all that falls due, each at its own time, and lets the promises in between have their turn. */
  async pass(ms) {
    const until = this.#now + ms
    await flush()
    for (let next = this.#next(until); next; next = this.#next(until)) {
      this.#now = Math.max(this.#now, next.at)
      this.#due = this.#due.filter((one) => one !== next)
      next.work()
      await flush()
    }
    this.#now = until
    await flush()
  }

  #next(until) {
    return this.#due.filter(({ at }) => at <= until).sort((one, other) => one.at - other.at)[0]
  }
}

/** Lets every promise that can go on do so. */
export async function flush() {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Keys are its own properties, as with the real one. */
export class FakeStorage {
  #quota

  constructor(quota = Infinity) {
    this.#quota = quota
  }

  getItem(key) {
    return Object.hasOwn(this, key) ? this[key] : null
  }

  setItem(key, value) {
    const others = Object.keys(this).filter((one) => one !== key)
    const used = others.reduce((sum, one) => sum + one.length + this[one].length, 0)
    if (used + key.length + value.length > this.#quota) throw new DOMException('full', 'QuotaExceededError')
    this[key] = value
  }

  removeItem(key) {
    delete this[key]
  }
}

/** Both ends of a WebSocket in one. */
export class FakeWebSocket {
  sent = []
  closed = null
  readyState = 0
  /** What was said when nothing could leave any more: a browser swallows it, and complains in its console. */
  swallowed = 0

  send(text) {
    if (this.readyState === 0) throw new DOMException('not open yet', 'InvalidStateError')
    if (this.readyState === 1) this.sent.push(JSON.parse(text))
    else this.swallowed++
  }

  close(code) {
    this.closed ??= code
    this.readyState = 2
  }

  open() {
    this.readyState = 1
    this.onopen?.()
  }

  /** The last request, or the last of this type. */
  asked(t) {
    return this.sent.findLast((frame) => !t || frame.t === t)
  }

  say(...frames) {
    this.onmessage?.({ data: JSON.stringify(frames.length === 1 ? frames[0] : frames) })
  }

  reply(t, body, to = this.asked()) {
    this.say({ v: 1, t, id: 'f', ok: true, reply_to: to.id, server_ts: 5_000_000, body })
  }

  refuse(code, message = code, to = this.asked(), details = {}) {
    this.say({ v: 1, t: 'error', id: 'f', ok: false, reply_to: to.id, trace: 'tr', body: { code, message, details } })
  }

  /** The other end has said that it closes; that it is closed comes later. */
  closing() {
    this.readyState = 2
  }

  drop(code = 1006) {
    this.readyState = 3
    this.onclose?.({ code })
  }
}

/** A socket for nouns: `answers` is a table from a type to a function of the body; without one the request waits for ever. */
export class FakeSocket extends EventTarget {
  state = { name: 'idle' }
  life = 0
  asked = []
  answers = new Map()

  get live() {
    return this.state.name === 'live'
  }

  ask(t, body = {}) {
    this.asked.push({ t, body })
    if (!this.live) return Promise.reject(new Refusal('OFFLINE', 'offline'))
    const answer = this.answers.get(t)
    return answer ? Promise.resolve().then(() => answer(body)) : new Promise(() => {})
  }

  become(name, more = {}) {
    if (name === 'live') this.life++
    this.state = { name, ...more }
    this.tell('state', this.state)
  }

  start() {
    this.become('connecting')
  }

  end(why) {
    this.become('ended', { why })
  }

  tell(t, detail) {
    this.dispatchEvent(new CustomEvent(t, { detail }))
  }
}

export const ids = (prefix = 'c_') => {
  let count = 0
  return () => `${prefix}${++count}`
}

export const refuse = (code, details = {}) => () => {
  throw new Refusal(code, code, { details })
}

export const message = (seq, more = {}) => ({
  msg_id: `m_${seq}`, seq, rev: seq, user_id: 'u_1', user_handle: 'ada', ts: 1000 + seq, text: `text ${seq}`, ...more,
})

export const room = (room_id, more = {}) => ({
  room_id, kind: 'public', name: room_id, topic: '', visibility: 'hidden', retention_days: 0, member_count: 1, joined: true,
  role: 'owner', last_seq: 0, read_seq: 0, delivered_seq: 0, call_id: null, ...more,
})

export const user = (user_id, more = {}) => ({ user_id, handle: user_id.slice(2), display_name: user_id, roles: [], bot: false, ...more })
