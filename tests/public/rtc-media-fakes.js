/** What travels over a fake connection: tracks, streams, and the senders and receivers that carry them. */

let made = 0
const fresh = (name) => `${name}-${++made}`

/** Dispatches, and calls the `on…` property as the browser does. */
export class Teller extends EventTarget {
  tell(type, more = {}) {
    const event = Object.assign(new Event(type), more)
    this.dispatchEvent(event)
    this[`on${type}`]?.(event)
  }
}

export class FakeTrack extends Teller {
  enabled = true
  muted = false
  readyState = 'live'
  contentHint = ''

  constructor(kind = 'audio', id = fresh(kind)) {
    super()
    this.kind = kind
    this.id = id
    this.label = id
  }

  clone() {
    return Object.assign(new FakeTrack(this.kind), { enabled: this.enabled })
  }

  stop() {
    this.readyState = 'ended'
  }

  /** By itself: the device is gone, or somebody pressed the browser's own "stop sharing". */
  end() {
    this.stop()
    this.tell('ended')
  }
}

export class FakeStream extends Teller {
  #tracks

  constructor(tracks = [], id = fresh('stream')) {
    super()
    this.#tracks = [...tracks]
    this.id = id
  }

  getTracks() {
    return [...this.#tracks]
  }

  getAudioTracks() {
    return this.#tracks.filter(({ kind }) => kind === 'audio')
  }

  getVideoTracks() {
    return this.#tracks.filter(({ kind }) => kind === 'video')
  }

  addTrack(track) {
    if (!this.#tracks.includes(track)) this.#tracks.push(track)
  }

  removeTrack(track) {
    this.#tracks = this.#tracks.filter((one) => one !== track)
  }
}

export class FakeSender {
  encodings = [{ active: true }]
  streams = []
  stats = new Map()
  #transaction = 0

  constructor(kind, track = null) {
    this.kind = kind
    this.track = track
  }

  async replaceTrack(track) {
    if (track && track.kind !== this.kind) throw new TypeError('another kind')
    this.track = track
  }

  setStreams(...streams) {
    this.streams = streams
  }

  getParameters() {
    return { transactionId: `${++this.#transaction}`, encodings: structuredClone(this.encodings), codecs: [] }
  }

  async setParameters({ transactionId, encodings }) {
    if (transactionId !== `${this.#transaction}`) throw new DOMException('stale', 'InvalidStateError')
    this.encodings = encodings
  }

  async getStats() {
    return this.stats
  }
}

export class FakeReceiver {
  sources = []
  stats = new Map()

  constructor(kind) {
    this.track = new FakeTrack(kind)
  }

  getSynchronizationSources() {
    return this.sources
  }

  async getStats() {
    return this.stats
  }
}

export class FakeChannel extends Teller {
  readyState = 'connecting'
  bufferedAmount = 0
  sent = []
  other = null

  constructor(label, { id = null, negotiated = false } = {}) {
    super()
    Object.assign(this, { label, id, negotiated })
  }

  send(data) {
    if (this.readyState !== 'open') throw new DOMException('not open', 'InvalidStateError')
    this.sent.push(data)
    const { other } = this
    queueMicrotask(() => other?.readyState === 'open' && other.tell('message', { data }))
  }

  open(other) {
    this.other = other
    if (this.readyState !== 'connecting') return
    this.readyState = 'open'
    this.tell('open')
  }

  close() {
    if (this.readyState === 'closed') return
    this.readyState = 'closed'
    this.tell('close')
  }
}
