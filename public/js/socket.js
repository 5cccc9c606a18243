/**
 * The one connection to the server, kept alive: says hello, asks, tells events, and comes back by itself after a fall,
 * each time at a random moment within a doubling span so that a restarted server is not stormed. Knows no noun.
 *
 * Tells `hello` (the ack, before anything can be asked), `state`, and every event of the protocol by its own name.
 */

import { Line } from './line.js'
import { Close, Event as Told, Request } from './protocol.js'
import { Refusal } from './refusal.js'

const ASK_MS = 10_000
const PING_EVERY_MS = 20_000
const STEADY_MS = 5_000
const FIRST_MS = 250
const LONGEST_MS = 15_000
const CAPS = ['batch', 'heartbeat']
const EVENTS = new Set(Object.values(Told))
/** @type {Map<number, string>} */
const FINAL = new Map([[Close.sessionEnded, 'signed out'], [Close.banned, 'banned']])
/** A server that says these is not helped by our coming back soon. */
const UNHURRIED = new Set(/** @type {number[]} */ ([Close.policy, Close.tooMany]))

/** @typedef {{name: 'idle'|'connecting'|'live'} | {name: 'waiting'|'offline', until: number} | {name: 'ended', why: string}} State */
/** @typedef {import('./protocol.js').HelloAck} HelloAck */

export class Socket extends EventTarget {
  #doors
  #line = /** @type {Line | null} */ (null)
  #state = /** @type {State} */ ({ name: 'idle' })
  #fallen = 0
  #cancel = () => {}
  #liveSince = 0
  #prefix

  /** Which connection this is; another number, another one. */
  life = 0
  /** Milliseconds there and back, as last measured. */
  roundTrip = /** @type {number | null} */ (null)
  /** What to add to our clock to get the server's. */
  offset = 0
  lastError = /** @type {Refusal | null} */ (null)

  /**
   * @param {object} doors
   * @param {() => WebSocket} doors.open
   * @param {import('./clock.js').Clock} doors.clock
   * @param {() => number} doors.random 0 to 1
   * @param {() => boolean} doors.online what the browser believes; a hint, for the server may be on this very machine
   * @param {{name: string, ver: string, platform: string, ua?: string}} doors.client
   */
  constructor(doors) {
    super()
    this.#doors = doors
    this.#prefix = `q${Math.floor(doors.random() * 2 ** 40).toString(36)}_`
  }

  get state() {
    return this.#state
  }

  get live() {
    return this.#state.name === 'live'
  }

  /** Connects, unless it is on its way already. */
  start() {
    if (this.#state.name === 'idle' || this.#state.name === 'ended') this.#connect()
  }

  /** @param {string} why stays until start() */
  end(why) {
    this.#drop(1000)
    this.#become({ name: 'ended', why })
  }

  /** The network or the person is back: try now instead of later; where we believe to be live, find out. */
  nudge() {
    if (this.#state.name === 'waiting' || this.#state.name === 'offline') this.#connect()
    else this.doubt()
  }

  /** The network may be gone, and a dead connection says nothing: find out. */
  doubt() {
    if (this.live && this.#line) void this.#ping(this.#line, ASK_MS / 2)
  }

  /**
   * What is asked while we connect waits until it is known whether there is a connection: somebody has pressed early.
   * @param {string} t
   * @param {object} [body]
   * @param {{timeoutMs?: number}} [options]
   * @returns {Promise<any>} the reply's body; rejects with a Refusal
   */
  async ask(t, body = {}, { timeoutMs = ASK_MS } = {}) {
    if (this.#state.name === 'connecting') await new Promise((known) => this.addEventListener('state', known, { once: true }))
    if (!this.live || !this.#line) throw new Refusal('OFFLINE', 'There is no connection to the server.')
    try {
      return await this.#line.ask(t, body, timeoutMs)
    } catch (error) {
      this.lastError = /** @type {Refusal} */ (error)
      throw error
    }
  }

  #connect() {
    this.#drop(1000)
    this.#become({ name: 'connecting' })
    const line = new Line(this.#doors.open(), {
      clock: this.#doors.clock,
      prefix: this.#prefix,
      opened: () => void this.#greet(line),
      hear: ({ t, ok, body, trace }) => this.#hear(t, ok, body, trace),
      closed: (code) => this.#fell(line, code),
    })
    this.#line = line
    this.#cancel = this.#doors.clock.after(ASK_MS, () => this.#fell(line, 0))
  }

  /** @param {Line} line */
  async #greet(line) {
    const sent = this.#doors.clock.now()
    try {
      const ack = await line.ask(Request.Hello, { client: this.#doors.client, caps: CAPS }, ASK_MS)
      if (line !== this.#line) return
      this.#measure(line, sent)
      this.#welcome(line, ack)
    } catch (error) {
      this.lastError = /** @type {Refusal} */ (error)
      this.#fell(line, 0)
    }
  }

  /**
   * @param {Line} line
   * @param {HelloAck} ack
   */
  #welcome(line, ack) {
    this.#cancel()
    this.#tell('hello', ack)
    if (!ack.session.authenticated) return this.end('guest')
    this.#liveSince = this.#doors.clock.now()
    this.life++
    this.#become({ name: 'live' })
    this.#pingLater(line)
  }

  /** @param {Line} line */
  #pingLater(line) {
    this.#cancel()
    this.#cancel = this.#doors.clock.after(PING_EVERY_MS, () => void this.#ping(line, ASK_MS))
  }

  /**
   * The next ping is set from the answer to this one, not from its own timer: browsers slow down chains of timers in hidden
   * pages to one a minute, which is more than the 45 s that the server waits.
   * @param {Line} line
   * @param {number} timeoutMs
   */
  async #ping(line, timeoutMs) {
    const sent = this.#doors.clock.now()
    try {
      await line.ask(Request.Ping, {}, timeoutMs)
    } catch (error) {
      const { code } = /** @type {Refusal} */ (error)
      if (code === 'TIMEOUT' || code === 'LOST') return this.#fell(line, 0) // lost with it, or found it closing
    }
    if (line !== this.#line) return
    this.#measure(line, sent)
    this.#pingLater(line)
  }

  /**
   * @param {Line} line
   * @param {number} sent
   */
  #measure(line, sent) {
    const now = this.#doors.clock.now()
    this.roundTrip = Math.max(0, now - sent)
    this.offset = line.serverTs ? line.serverTs + this.roundTrip / 2 - now : 0
    this.#tell('measured', this.roundTrip)
  }

  /**
   * @param {string} t
   * @param {boolean} ok
   * @param {any} body
   * @param {string} [trace]
   */
  #hear(t, ok, body, trace) {
    if (ok && EVENTS.has(/** @type {any} */ (t))) this.#tell(t, body)
    else if (t === 'error') this.lastError = Refusal.of(body, trace)
  }

  /**
   * @param {Line} line
   * @param {number} code
   */
  #fell(line, code) {
    if (line !== this.#line) return
    const { clock, random, online } = this.#doors
    const steady = this.live && clock.now() - this.#liveSince >= STEADY_MS
    this.#drop(1000)
    const why = FINAL.get(code)
    if (why) return this.#become({ name: 'ended', why })
    this.#fallen = steady ? 0 : this.#fallen + 1
    if (UNHURRIED.has(code)) this.#fallen = 10
    const wait = backoff(this.#fallen, random())
    this.#cancel = clock.after(wait, () => this.#connect())
    this.#become({ name: online() ? 'waiting' : 'offline', until: clock.now() + wait })
  }

  /** @param {number} code */
  #drop(code) {
    const line = this.#line
    this.#cancel()
    this.#line = null
    line?.end(code)
  }

  /** @param {State} state */
  #become(state) {
    this.#state = state
    this.#tell('state', state)
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

/**
 * Full jitter: somewhere between now and 0.25 s doubled for each fall, 15 s at most.
 * @param {number} fallen
 * @param {number} random
 */
export const backoff = (fallen, random) => random * Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(fallen, 10))
