/** A governor among people who link and wish, with senders as strict as a browser's. */

import { Governor } from '../../public/js/rtc/governor.js'
import { FakeClock } from './fakes.js'

/** As in a browser: what is written must come from the last reading, and only a known field is taken. */
export class FakeSender {
  encodings = [{ active: true }]
  written = []
  refuses = () => false
  #transaction = 0

  getParameters() {
    return { transactionId: ++this.#transaction, encodings: structuredClone(this.encodings) }
  }

  async setParameters(parameters) {
    if (parameters.transactionId !== this.#transaction) throw new DOMException('stale', 'InvalidModificationError')
    await Promise.resolve()
    if (this.refuses(parameters)) throw new DOMException('no', 'OperationError')
    this.encodings = parameters.encodings
    this.written.push(parameters)
  }

  get now() {
    return this.encodings[0]
  }
}

export class FakeCall extends EventTarget {
  links = new Map()
  streams = []
  peers = []
  told = []

  link(peer_id) {
    const senders = new Map()
    const sender = (stream_id, kind) => {
      const key = `${stream_id} ${kind}`
      if (!senders.has(key)) senders.set(key, new FakeSender())
      return senders.get(key)
    }
    this.links.set(peer_id, { sender })
    this.peers.push({ peer_id, wants: true })
    return sender
  }

  show(stream_id, kind, media = null) {
    this.streams.push({ key: `p_me ${stream_id}`, peer_id: 'p_me', stream_id, kind, self: true, media })
  }

  tell(peer_id, word) {
    this.told.push({ peer_id, ...word })
  }

  say(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }

  want(peer_id, stream_id, level) {
    this.say('control', { peer_id, word: { want: { stream_id, level } } })
  }
}

export class FakeSettings extends EventTarget {
  upload = 3

  get() {
    return { upload: this.upload }
  }
}

export function scene(people = 2) {
  const call = new FakeCall()
  const settings = new FakeSettings()
  const clock = new FakeClock()
  const links = Array.from({ length: people - 1 }, (_, at) => call.link(`p_${at}`))
  const governor = new Governor({ call, callSettings: settings, clock })
  return { call, settings, clock, links, governor }
}

export const picture = (contentHint = '', height = 720) => {
  const track = { contentHint, getSettings: () => ({ height }) }
  return { getVideoTracks: () => [track], getAudioTracks: () => [] }
}
