/**
 * One connection, from hello to its end: questions with their answers, events in order, the heartbeat. It does not come back: line.mjs
 * makes the next one. Whatever is asked on it is answered, refused, or thrown as Gone.
 */

import { pause, untilAskedAgain } from './patience.mjs'

const OPEN_MS = 15_000
const ANSWER_MS = 15_000
const BEAT_MS = 15_000
const CLIENT = Object.freeze({ name: 'hubot-devchitchat', ver: '0.1.0', platform: 'bot' })

/** @typedef {{v: number, t: string, id: string, reply_to?: string, body: any}} Frame */
/** @typedef {{code: number, reason: string}} End 1006 is ours: the connection broke, or nobody answered */

/** The server says no; `code` is one of the protocol's. */
export class Refusal extends Error {
  /** @param {{code: string, message: string, details?: Record<string, any>}} said */
  constructor({ code, message, details = {} }) {
    super(`${code}: ${message}`)
    this.code = code
    this.details = details
  }
}

/** The connection is gone; whether the question was heard nobody knows. */
export class Gone extends Error {}

export class Link {
  #socket
  #hear
  #opens
  #finish = /** @type {(end: End) => void} */ (() => {})
  #over = false
  #ids = 0
  #beat = /** @type {NodeJS.Timeout | undefined} */ (undefined)
  #waiting = /** @type {Map<string, {resolve: (body: any) => void, reject: (error: Error) => void, late: NodeJS.Timeout}>} */ (new Map())

  /**
   * @param {string} url
   * @param {(frame: Frame) => void} hear every event
   * @param {typeof WebSocket} [Socket]
   */
  constructor(url, hear, Socket = WebSocket) {
    this.#hear = hear
    this.#socket = new Socket(url)
    /** @type {Promise<End>} */
    this.ended = new Promise((resolve) => (this.#finish = resolve))
    /** Whether there ever was a connection. */
    this.opened = false
    this.#opens = new Promise((resolve) => this.#socket.addEventListener('open', resolve, { once: true })).then(() => (this.opened = true))
    this.#socket.addEventListener('message', ({ data }) => this.#read(data))
    this.#socket.addEventListener('close', ({ code, reason }) => this.#end({ code, reason }))
  }

  /**
   * The answer to hello.
   * @param {string} token
   */
  async greet(token) {
    const late = setTimeout(() => this.drop('no connection in time'), OPEN_MS)
    await Promise.race([this.#opens, this.ended]).finally(() => clearTimeout(late))
    const said = await this.ask('hello', { client: CLIENT, resume: { session_token: token }, caps: ['heartbeat', 'batch'] })
    this.#beat = setInterval(() => this.ask('ping').catch(() => {}), BEAT_MS)
    if (this.#over) clearInterval(this.#beat)
    return said
  }

  /**
   * The body of the answer. Throws Refusal or Gone.
   * @param {string} t
   * @param {object} [body]
   * @returns {Promise<any>}
   */
  async ask(t, body = {}) {
    if (this.#over) throw new Gone(t)
    const id = `h${++this.#ids}`
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => this.drop(`no answer to ${t} in time`), ANSWER_MS)
      this.#waiting.set(id, { resolve, reject, late })
      this.#socket.send(JSON.stringify({ v: 1, t, id, ts: Date.now(), body }))
    })
  }

  /**
   * The same, asked again for as long as the server is only busy. What is asked must be safe to repeat.
   * @param {string} t
   * @param {object} [body]
   */
  async insist(t, body = {}) {
    for (;;) {
      try {
        return await this.ask(t, body)
      } catch (error) {
        const wait = untilAskedAgain(error)
        if (wait === null) throw error
        await pause(wait)
      }
    }
  }

  /**
   * It is over, whether or not the other side still answers.
   * @param {string} reason
   */
  drop(reason) {
    this.#end({ code: 1006, reason })
    this.#socket.close()
  }

  close() {
    this.#end({ code: 1000, reason: 'closed' })
    this.#socket.close(1000)
  }

  /** @param {string} data one frame, or what gathered while the server was busy */
  #read(data) {
    for (const frame of [JSON.parse(data)].flat()) {
      if (this.#over) return
      const asked = this.#waiting.get(frame.reply_to)
      if (!asked) {
        if (frame.t !== 'error') this.#hear(frame)
        continue
      }
      clearTimeout(asked.late)
      this.#waiting.delete(frame.reply_to)
      if (frame.t === 'error') asked.reject(new Refusal(frame.body))
      else asked.resolve(frame.body)
    }
  }

  /** @param {End} end */
  #end(end) {
    if (this.#over) return
    this.#over = true
    clearInterval(this.#beat)
    for (const { reject, late } of this.#waiting.values()) {
      clearTimeout(late)
      reject(new Gone(end.reason))
    }
    this.#waiting.clear()
    this.#finish(end)
  }
}
