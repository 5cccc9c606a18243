/**
 * A network of fake RTCPeerConnections, which know what matters to whoever negotiates: states, implicit rollback, one operation after
 * another, `negotiationneeded`, m-lines and their recycling, ICE restarts, tracks that come and go with the description. Two that have
 * described themselves to one another are connected at once, unless the network is `down`. Nothing here waits for real time.
 */

import { FakeChannel, FakeReceiver, FakeSender, FakeStream, Teller } from './rtc-media-fakes.js'
import { Sections } from './rtc-sections.js'
import { read } from './rtc-sdp.js'

export { FakeChannel, FakeReceiver, FakeSender, FakeStream, FakeTrack } from './rtc-media-fakes.js'

export class FakeNet {
  /** Every connection ever made here, in order. */
  pcs = []
  down = false
  #count = 0

  /** The `connect` door. */
  connect = (config = {}) => {
    const pc = new FakePeerConnection(this, config, ++this.#count)
    this.pcs.push(pc)
    return pc
  }

  /** All doors of calls, as compose() takes them. */
  doors(more = {}) {
    return { connect: this.connect, stream: (tracks) => new FakeStream(tracks), media: undefined, secure: true, ...more }
  }

  /** @param {string} ufrag as it stands in a description */
  find(ufrag) {
    return this.pcs.find((pc) => pc.ufrag === ufrag && pc.signalingState !== 'closed')
  }
}

export class FakeTransceiver {
  mid = null
  currentDirection = null
  stopped = false
  /** What our last description said of it. */
  described = ''

  constructor(kind, direction, { added = false, changed = () => {} } = {}) {
    this.kind = kind
    this.added = added
    this.sender = new FakeSender(kind)
    this.receiver = new FakeReceiver(kind)
    this.changed = changed
    this.direction = direction
  }

  stop() {
    if (this.stopped) return
    this.stopped = true
    this.direction = 'stopped'
    this.receiver.track.end()
    this.changed()
  }
}

export class FakePeerConnection extends Teller {
  signalingState = 'stable'
  connectionState = 'new'
  iceConnectionState = 'new'
  localDescription = null
  remoteDescription = null
  stats = new Map()
  channels = []
  candidates = []
  restarts = 0
  #net
  #count
  #generation = 0
  #restarting = false
  #needed = false
  #ops = Promise.resolve()
  #busy = 0
  #sections = new Sections((transceiver, media) => this.#arrive(transceiver, media))

  constructor(net, config, count) {
    super()
    this.#net = net
    this.#count = count
    this.config = config
  }

  get ufrag() {
    return `pc${this.#count}g${this.#generation}`
  }

  /** How many lines of media its description has by now. */
  get mLines() {
    return this.localDescription ? read(this.localDescription.sdp).sections.length : 0
  }

  getTransceivers = () => this.#sections.transceivers
  getSenders = () => this.getTransceivers().map(({ sender }) => sender)
  getReceivers = () => this.getTransceivers().map(({ receiver }) => receiver)
  getConfiguration = () => this.config
  setConfiguration = (config) => void (this.config = config)
  getStats = async () => this.stats

  createDataChannel(label, options) {
    const channel = new FakeChannel(label, options)
    this.channels.push(channel)
    this.#sections.channel = true
    this.#look()
    return channel
  }

  addTrack(track, ...streams) {
    const transceiver = this.#add(track.kind, { direction: 'sendrecv', streams }, true)
    transceiver.sender.track = track
    return transceiver.sender
  }

  addTransceiver(trackOrKind, options = {}) {
    const kind = trackOrKind.kind ?? trackOrKind
    const transceiver = this.#add(kind, options, false)
    if (trackOrKind.kind) transceiver.sender.track = trackOrKind
    return transceiver
  }

  removeTrack(sender) {
    const transceiver = this.getTransceivers().find((one) => one.sender === sender)
    sender.track = null
    transceiver.direction = { sendrecv: 'recvonly', sendonly: 'inactive' }[transceiver.direction] ?? transceiver.direction
    this.#look()
  }

  restartIce() {
    this.restarts++
    this.#restarting = true
    this.#look()
  }

  setLocalDescription(given) {
    return this.#operate(() => {
      const type = given?.type ?? (this.signalingState === 'have-remote-offer' ? 'answer' : 'offer')
      if (type === 'offer' && this.#restarting) this.#generation++
      this.#restarting = false
      this.localDescription = { type, sdp: this.#sections.describe(type, this.ufrag, this.remoteDescription) }
      this.#enter(type === 'offer' ? 'have-local-offer' : 'stable')
      setImmediate(() => this.#gather())
    })
  }

  setRemoteDescription(description) {
    return this.#operate(() => {
      const { type, sdp } = description
      const known = read(sdp)
      if (type === 'answer' && this.signalingState !== 'have-local-offer') throw new DOMException('no offer of ours', 'InvalidStateError')
      if (type === 'offer' && this.signalingState === 'have-local-offer') this.#sections.rollBack()
      this.remoteDescription = { type, sdp }
      this.#sections.take(type, known.sections, this.ufrag)
      this.#enter(type === 'offer' ? 'have-remote-offer' : 'stable')
    })
  }

  addIceCandidate(candidate) {
    return this.#operate(() => {
      if (!this.remoteDescription) throw new DOMException('no remote description', 'InvalidStateError')
      const ufrag = candidate?.usernameFragment
      if (ufrag && ufrag !== read(this.remoteDescription.sdp).ufrag) throw new DOMException('another ufrag', 'OperationError')
      this.candidates.push(candidate)
    })
  }

  close() {
    if (this.signalingState === 'closed') return
    this.signalingState = this.connectionState = this.iceConnectionState = 'closed'
    for (const channel of this.channels) {
      channel.other?.close()
      channel.close()
    }
  }

  /** What the network does to it. */
  become(connectionState) {
    if (this.signalingState === 'closed' || connectionState === this.connectionState) return
    this.connectionState = this.iceConnectionState = connectionState
    this.tell('connectionstatechange')
  }

  /** Connects, or comes back, where both know each other as they are now. */
  meet() {
    const there = this.remoteDescription && this.#net.find(read(this.remoteDescription.sdp).ufrag)
    if (this.#net.down || !there || this.signalingState !== 'stable' || there.signalingState !== 'stable') return
    if (read(there.remoteDescription?.sdp ?? 'v=0').ufrag !== this.ufrag) return
    for (const pc of [this, there]) pc.become('connected')
    for (const channel of this.channels) {
      const other = there.channels.find(({ id, label }) => (channel.negotiated ? id === channel.id : label === channel.label))
      if (!other) continue
      channel.open(other)
      other.open(channel)
    }
  }

  #add(kind, { direction = 'sendrecv', streams = [] }, added) {
    const transceiver = new FakeTransceiver(kind, direction, { added, changed: () => this.#look() })
    transceiver.sender.setStreams(...streams)
    this.getTransceivers().push(transceiver)
    this.#look()
    return transceiver
  }

  #operate(work) {
    this.#busy++
    const done = this.#ops.then(() => {
      if (this.signalingState === 'closed') throw new DOMException('closed', 'InvalidStateError')
      return work()
    })
    this.#ops = done.catch(() => {}).then(() => {
      this.#busy--
      this.#look()
    })
    return done
  }

  #enter(state) {
    if (state === 'stable') this.#needed = false
    const same = this.signalingState === state
    this.signalingState = state
    if (!same) this.tell('signalingstatechange')
    if (state !== 'stable') return
    if (this.connectionState === 'new') this.become('connecting')
    queueMicrotask(() => this.meet())
  }

  #look() {
    queueMicrotask(() => {
      if (this.#busy || this.#needed || this.signalingState !== 'stable' || !(this.#restarting || this.#sections.needed)) return
      this.#needed = true
      this.tell('negotiationneeded')
    })
  }

  #gather() {
    if (this.signalingState === 'closed') return
    const candidate = { candidate: 'candidate:1 1 udp 1 127.0.0.1 9 typ host', sdpMid: '0', sdpMLineIndex: 0, usernameFragment: this.ufrag }
    this.tell('icecandidate', { candidate: { ...candidate, toJSON: () => candidate } })
    this.tell('icecandidate', { candidate: null })
  }

  #arrive({ receiver, ...transceiver }, streams) {
    queueMicrotask(() => this.tell('track', { track: receiver.track, receiver, transceiver, streams }))
  }
}
