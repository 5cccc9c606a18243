/** The m-lines of a fake connection and the transceivers in them: who gets which line, and what is still to be negotiated. */

import { FakeTransceiver } from './rtc-fakes.js'
import { FakeStream } from './rtc-media-fakes.js'
import { receives, seenFromThere, sends, way, write } from './rtc-sdp.js'

export class Sections {
  transceivers = []
  channel = false
  #lines = []
  #before = null
  #streams = new Map()
  #mids = 0
  #arrive

  constructor(arrive) {
    this.#arrive = arrive
  }

  get needed() {
    if (this.channel && !this.#lines.some(({ kind }) => kind === 'application')) return true
    return this.transceivers.some((one) => (one.mid === null ? !one.stopped : one.described !== one.direction))
  }

  describe(type, ufrag, remote) {
    if (type === 'offer') this.#extend()
    const answering = type === 'answer' && remote
    const sections = this.#lines.map((line) => this.#section(line, answering))
    if (type === 'answer') this.#settle(sections)
    return write({ ufrag, sections })
  }

  rollBack() {
    const { lines, mids } = this.#before
    this.#lines = lines
    for (const one of this.transceivers) one.mid = mids.get(one) ?? null
  }

  take(type, sections) {
    if (type === 'answer' && sections.length !== this.#lines.length) throw new DOMException("order of m-lines doesn't match", 'InvalidAccessError')
    for (const [index, section] of sections.entries()) {
      const line = (type === 'offer' && this.#adopt(index, section)) || this.#lines[index]
      if (line.kind !== section.kind) throw new DOMException("order of m-lines in answer doesn't match", 'InvalidAccessError')
      line.there = section.direction
      if (line.transceiver) this.#hear(line.transceiver, section)
    }
    if (type === 'answer') this.#settle(sections.map((section) => ({ ...section, direction: seenFromThere(section.direction) })))
  }

  #extend() {
    this.#before = { lines: [...this.#lines], mids: new Map(this.transceivers.map((one) => [one, one.mid])) }
    for (const transceiver of this.transceivers) if (transceiver.mid === null && !transceiver.stopped) this.#seat(transceiver)
    if (this.channel && !this.#lines.some(({ kind }) => kind === 'application')) this.#lines.push({ kind: 'application', mid: this.#mid() })
  }

  #seat(transceiver) {
    transceiver.mid = this.#mid()
    const line = { kind: transceiver.kind, mid: transceiver.mid, transceiver }
    const free = this.#lines.findIndex(({ kind, rejected }) => rejected && kind === transceiver.kind)
    if (free < 0) this.#lines.push(line)
    else this.#lines[free] = line
  }

  #mid() {
    return `${this.#mids++}`
  }

  #section({ kind, mid, transceiver, there }, answering) {
    if (!transceiver) return { kind, mid, direction: 'sendrecv', stream: '', track: '' }
    const asked = transceiver.stopped || there === 'rejected' ? 'rejected' : transceiver.direction
    const direction = answering && asked !== 'rejected' ? way(sends(asked) && receives(there), receives(asked) && sends(there)) : asked
    const [stream] = sends(direction) ? transceiver.sender.streams : []
    transceiver.described = transceiver.direction
    return { kind, mid, direction, stream: stream?.id ?? '', track: `t${mid}` }
  }

  #adopt(index, section) {
    const known = this.#lines[index]
    if (known?.mid === section.mid) return known
    if (section.kind === 'application') return (this.#lines[index] = { kind: 'application', mid: section.mid })
    const transceiver = this.transceivers.find(({ added, kind, mid, stopped }) => added && kind === section.kind && mid === null && !stopped) ?? this.#made(section.kind)
    transceiver.mid = section.mid
    this.#mids = Math.max(this.#mids, Number(section.mid) + 1)
    return (this.#lines[index] = { kind: section.kind, mid: section.mid, transceiver })
  }

  #made(kind) {
    const transceiver = new FakeTransceiver(kind, 'recvonly')
    transceiver.described = 'recvonly'
    this.transceivers.push(transceiver)
    return transceiver
  }

  #hear(transceiver, { direction, stream }) {
    if (direction === 'rejected') transceiver.stopped = true
    if (direction === 'rejected') transceiver.direction = transceiver.described = 'stopped'
    const now = sends(direction) && stream ? stream : ''
    if (transceiver.from === now) return
    const { track } = transceiver.receiver
    const before = this.#streams.get(transceiver.from)
    before?.removeTrack(track)
    before?.tell('removetrack', { track })
    transceiver.from = now
    if (!now) return
    const into = this.#streams.get(now) ?? new FakeStream([], now)
    this.#streams.set(now, into)
    into.addTrack(track)
    this.#arrive(transceiver, [into])
  }

  /** Both have spoken. */
  #settle(sections) {
    for (const [index, { direction }] of sections.entries()) {
      const line = this.#lines[index]
      if (!line.transceiver) continue
      line.rejected = direction === 'rejected' || line.there === 'rejected' || line.transceiver.stopped
      line.transceiver.currentDirection = line.rejected ? 'stopped' : direction
      if (line.rejected) line.transceiver.described = 'stopped'
    }
    this.transceivers = this.transceivers.filter(({ currentDirection }) => currentDirection !== 'stopped')
  }
}
