/**
 * One WebSocket from open to close: frames out, frames in, and who waits for which answer. It never reconnects; that is
 * socket.js. When it ends, everybody who still waits gets LOST, once.
 */

import { VERSION } from './protocol.js'
import { Refusal } from './refusal.js'

const OPEN = 1

/** @typedef {{resolve: (body: any) => void, reject: (error: Refusal) => void, cancel: () => void}} Waiting */
/** @typedef {{v: number, t: string, ok: boolean, reply_to?: string, trace?: string, server_ts?: number, body: any}} Frame */

export class Line {
  #ws
  #clock
  #prefix
  #hear
  #asked = /** @type {Map<string, Waiting>} */ (new Map())
  #count = 0
  #over = false
  /** The server's clock as it stood in its last frame. */
  serverTs = 0

  /**
   * @param {WebSocket} ws
   * @param {object} more
   * @param {import('./clock.js').Clock} more.clock
   * @param {string} more.prefix makes the ids of our requests unlike any other's
   * @param {() => void} more.opened
   * @param {(frame: Frame) => void} more.hear frames that nobody asked for
   * @param {(code: number) => void} more.closed
   */
  constructor(ws, { clock, prefix, opened, hear, closed }) {
    this.#ws = ws
    this.#clock = clock
    this.#prefix = prefix
    this.#hear = hear
    ws.onopen = opened
    ws.onmessage = ({ data }) => this.#receive(data)
    ws.onclose = ({ code }) => closed(code)
  }

  /**
   * Into one that is closing a browser swallows what is said, without a word to us: so it is LOST at once, and its `close` will say why.
   * @param {string} t
   * @param {object} body
   * @param {number} timeoutMs
   * @returns {Promise<any>} the reply's body; rejects with a Refusal and nothing else
   */
  ask(t, body, timeoutMs) {
    if (this.#over || this.#ws.readyState !== OPEN) return Promise.reject(lost())
    return new Promise((resolve, reject) => {
      const id = `${this.#prefix}${++this.#count}`
      const late = () => this.#settle(id, ({ reject }) => reject(new Refusal('TIMEOUT', 'The server did not answer in time.')))
      this.#asked.set(id, { resolve, reject, cancel: this.#clock.after(timeoutMs, late) })
      this.#ws.send(JSON.stringify({ v: VERSION, t, id, ts: this.#clock.now(), body }))
    })
  }

  /**
   * Ends it for us at once, whatever the network says: a dead peer's `close` comes a minute later.
   * @param {number} [code]
   */
  end(code = 1000) {
    if (this.#over) return
    this.#over = true
    this.#ws.onopen = this.#ws.onmessage = this.#ws.onclose = null
    this.#ws.close(code)
    for (const id of [...this.#asked.keys()]) this.#settle(id, ({ reject }) => reject(lost()))
  }

  /** @param {any} data */
  #receive(data) {
    let said
    try {
      said = JSON.parse(data)
    } catch {
      return
    }
    for (const frame of Array.isArray(said) ? said : [said]) if (frame && typeof frame.t === 'string') this.#take(frame)
  }

  /** @param {Frame} frame */
  #take(frame) {
    const { reply_to, ok, body, trace, server_ts } = frame
    if (typeof server_ts === 'number') this.serverTs = server_ts
    if (!reply_to) return this.#hear(frame)
    this.#settle(reply_to, ({ resolve, reject }) => (ok ? resolve(body) : reject(Refusal.of(body, trace))))
  }

  /**
   * @param {string} id
   * @param {(waiting: Waiting) => void} how
   */
  #settle(id, how) {
    const waiting = this.#asked.get(id)
    if (!waiting) return // answered already, or too late: whoever asked has gone on
    this.#asked.delete(id)
    waiting.cancel()
    how(waiting)
  }
}

const lost = () => new Refusal('LOST', 'The connection broke before the answer came.')
