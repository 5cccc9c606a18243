/** A socket that nobody is behind but the test, and a link that answers from a table. */

import { Refusal } from '../../integrations/hubot/src/link.mjs'

export class FakeSocket extends EventTarget {
  static made = /** @type {FakeSocket[]} */ ([])
  sent = /** @type {any[]} */ ([])
  closed = false

  constructor() {
    super()
    FakeSocket.made.push(this)
  }

  send(text) {
    this.sent.push(JSON.parse(text))
  }

  close() {
    this.closed = true
  }

  open() {
    this.dispatchEvent(new Event('open'))
  }

  /** One frame, or several as one. */
  say(...frames) {
    const data = JSON.stringify(frames.length === 1 ? frames[0] : frames)
    this.dispatchEvent(Object.assign(new Event('message'), { data }))
  }

  /** The answer to what was asked last with this name. */
  answer(t, body = {}) {
    const { id } = this.sent.findLast((frame) => frame.t === t)
    this.say({ v: 1, t: `${t}_answer`, id: 's', reply_to: id, body })
  }

  refuse(t, code, details = {}) {
    const { id } = this.sent.findLast((frame) => frame.t === t)
    this.say({ v: 1, t: 'error', id: 's', reply_to: id, body: { code, message: 'no', details } })
  }

  end(code, reason = '') {
    this.dispatchEvent(Object.assign(new Event('close'), { code, reason }))
  }
}

export class FakeLink {
  asked = /** @type {[string, any][]} */ ([])

  /** @param {Record<string, (body: any) => any>} answers */
  constructor(answers = {}) {
    this.answers = answers
  }

  async insist(t, body = {}) {
    this.asked.push([t, body])
    const answer = this.answers[t]
    if (!answer) throw new Refusal({ code: 'NOT_FOUND', message: t })
    return answer(body)
  }

  names() {
    return this.asked.map(([t]) => t)
  }
}

/** Whatever is waiting on promises alone has gone on. */
export const settled = () => new Promise((resolve) => setImmediate(resolve))

export class FakeLog {
  lines = /** @type {string[]} */ ([])
  warn(line) {
    this.lines.push(line)
  }
}
