/** Devices that a test plugs in and out, and tracks that know what was done to them. No sound, no time. */

import { flush } from './fakes.js'

export const device = (kind, deviceId, label = deviceId) => ({ kind, deviceId, label, groupId: '' })

let made = 0

export class FakeTrack extends EventTarget {
  id = `track-${++made}`
  enabled = true
  readyState = 'live'
  clones = []

  constructor(kind = 'audio', given = {}) {
    super()
    this.kind = kind
    this.given = given
  }

  clone() {
    const clone = new FakeTrack(this.kind, this.given)
    clone.enabled = this.enabled
    this.clones.push(clone)
    return clone
  }

  stop() {
    this.readyState = 'ended'
  }

  /** The device is gone. */
  end() {
    this.readyState = 'ended'
    this.dispatchEvent(new Event('ended'))
  }
}

export class FakeStream {
  id = `stream-${++made}`

  constructor(tracks = []) {
    this.tracks = tracks
  }

  clone() {
    return new FakeStream(this.tracks.map((track) => track.clone()))
  }

  getTracks() {
    return this.tracks
  }

  getAudioTracks() {
    return this.tracks.filter(({ kind }) => kind === 'audio')
  }

  getVideoTracks() {
    return this.tracks.filter(({ kind }) => kind === 'video')
  }
}

/** What a voice needs of a call; the test says where it stands. */
export class FakeCall extends EventTarget {
  state = 'out'
  self_peer_id = 'p_me'
  peers = []
  streams = []
  links = new Map()
  done = []
  said = {}

  become(state) {
    this.state = state
    this.tell('change')
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }

  publish(stream) {
    this.done.push(['publish', stream])
  }

  replace(...given) {
    this.done.push(['replace', ...given])
  }

  say(state) {
    Object.assign(this.said, state)
  }

  /** Somebody's stream arrives, or is there anew. */
  add(peer_id, kind, more = {}) {
    const media = new FakeStream([new FakeTrack('audio')])
    const stream = { key: `${peer_id} ${kind}`, peer_id, user_id: peer_id.replace('p_', 'u_'), self: false, stream_id: kind, kind, label: '', tracks: { audio: true, video: false }, muted: false, media, ...more }
    this.streams.push(stream)
    this.tell('change')
    return stream
  }

  remove(stream) {
    this.streams = this.streams.filter((one) => one !== stream)
    this.tell('change')
  }
}

/** An audio element. */
export class FakePlayer {
  srcObject = null
  volume = 1
  muted = false
  autoplay = false
  playing = false
  sink = ''
  refusing = ''

  async play() {
    if (this.refusing) throw new DOMException('', this.refusing)
    this.playing = true
  }

  pause() {
    this.playing = false
  }

  async setSinkId(id) {
    if (id === 'gone') throw new DOMException('', 'NotFoundError')
    this.sink = id
  }
}

/** As Chromium: names nothing before the first was given. */
export class FakeMedia extends EventTarget {
  asked = []
  given = []
  refusing = null
  hold = null
  #allowed = false
  #there = [
    device('audioinput', 'default', 'Default - Desk'), device('audioinput', 'mic-1', 'Desk'), device('audioinput', 'mic-2', 'Headset'),
    device('audiooutput', 'out-1', 'Loud'), device('videoinput', 'cam-1', 'Face'),
  ]

  async enumerateDevices() {
    return this.#there.map((one) => (this.#allowed ? one : device(one.kind, '', '')))
  }

  async getUserMedia(constraints) {
    this.asked.push(constraints)
    await this.hold
    if (this.refusing) throw this.refusing
    const [[kind, wishes]] = Object.entries(constraints)
    const exact = wishes.deviceId?.exact
    if (exact && !this.#there.some(({ deviceId }) => deviceId === exact)) throw new DOMException('', 'OverconstrainedError')
    this.#allowed = true
    const track = new FakeTrack(kind, wishes)
    this.given.push(track)
    return new FakeStream([track])
  }

  async plug(one) {
    this.#there.push(one)
    this.dispatchEvent(new Event('devicechange'))
    await flush()
  }

  async unplug(id) {
    const gone = this.#there.find(({ deviceId }) => deviceId === id)
    this.#there = this.#there.filter((one) => one !== gone)
    this.dispatchEvent(new Event('devicechange'))
    await flush()
    return gone
  }
}

/** How often a noun has told of something. */
export function counting(noun, type = 'change') {
  const seen = { count: 0 }
  noun.addEventListener(type, () => seen.count++)
  return seen
}
