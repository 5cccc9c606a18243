/**
 * Me and one other: one RTCPeerConnection at a time, with its negotiation, its recovery, its control channel, and what goes out and comes
 * in. When the connection is beyond help, or the other has a new one, another takes its place here, and all that I show goes out again.
 *
 * Tells `change`, `settled` (something was negotiated), `media` (what arrived changed), `over` (a media_id), `open` (words can be told), `word`.
 */

import { Control } from './control.js'
import { Incoming } from './incoming.js'
import { Negotiation } from './negotiation.js'
import { Outgoing } from './outgoing.js'
import { Recovery } from './recovery.js'
import { newPc } from './tag.js'

/** @typedef {import('./negotiation.js').Kind} Kind */
/** @typedef {import('./outgoing.js').Shown} Shown */
/** @typedef {import('./outgoing.js').TrackKind} TrackKind */
/**
 * @typedef {object} LinkDoors
 * @property {import('./doors.js').RtcDoors} rtc
 * @property {import('../clock.js').Clock} clock
 * @property {() => number} random
 * @property {() => string} newId
 * @property {() => RTCConfiguration} config
 * @property {() => Promise<void>} refresh asks for credentials that still hold
 * @property {() => boolean} able whether the server can hand on what I say
 * @property {(kind: Kind, to_peer_id: string, body: import('./negotiation.js').Said, still: () => boolean) => void} send
 * @property {() => Record<string, MediaStream>} holders
 * @property {(kind: TrackKind) => MediaStreamTrack} blank
 * @property {() => Iterable<Shown>} shown
 * @property {(peer_id: string, stream_id: string) => import('../protocol.js').Stream | undefined} said what the other shows under this name
 */
/** @typedef {{pc: RTCPeerConnection, negotiation: Negotiation, recovery: Recovery, control: Control, outgoing: Outgoing, incoming: Incoming}} Parts */

export class PeerLink extends EventTarget {
  #doors
  #stops
  #parts
  #closed = false
  #rebuilds = 0
  polite
  peer_id
  /** The other's socket is gone: there is no use in telling them anything. */
  away = false
  /** The last refusal of a STUN or TURN server. */
  candidateError = /** @type {{code: number, text: string, url: string} | null} */ (null)

  /**
   * @param {LinkDoors} doors
   * @param {{self_peer_id: string, peer_id: string, stops: boolean}} who
   */
  constructor(doors, { self_peer_id, peer_id, stops }) {
    super()
    this.#doors = doors
    this.#stops = stops
    this.peer_id = peer_id
    this.polite = self_peer_id > peer_id
    this.#parts = this.#build()
  }

  get pc() {
    return this.#parts.pc
  }

  /** What a test, and whoever looks for a bug, wants to know. */
  get counts() {
    return { ...this.#parts.negotiation.counts, rebuilds: this.#rebuilds }
  }

  /** @returns {'connecting' | 'connected' | 'lost'} */
  get linked() {
    const { pc, recovery } = this.#parts
    if (pc.connectionState === 'connected') return 'connected'
    return recovery.late || this.#rebuilds || ['disconnected', 'failed'].includes(pc.connectionState) ? 'lost' : 'connecting'
  }

  /** Whether it took too long: there is most likely no way from here to there. */
  get late() {
    return this.#parts.recovery.late
  }

  /**
   * @param {Kind} kind
   * @param {import('./negotiation.js').Said} body
   */
  hear(kind, body) {
    this.#parts.negotiation.hear(kind, body)
  }

  /** @param {Shown} shown */
  publish(shown) {
    this.#parts.outgoing.add(shown)
  }

  /** @param {string} stream_id */
  unpublish(stream_id) {
    this.#parts.outgoing.remove(stream_id)
  }

  /**
   * @param {string} stream_id
   * @param {MediaStreamTrack | null} track
   * @param {TrackKind} kind
   */
  replace(stream_id, track, kind) {
    this.#parts.outgoing.replace(stream_id, track, kind)
  }

  /**
   * @param {string} stream_id of mine
   * @param {TrackKind} kind
   */
  sender(stream_id, kind) {
    return this.#parts.outgoing.sender(stream_id, kind)
  }

  /**
   * @param {string} stream_id of theirs
   * @param {TrackKind} kind
   * @returns {RTCRtpReceiver | null}
   */
  receiver(stream_id, kind) {
    const said = this.#doors.said(this.peer_id, stream_id)
    return (said && this.arrived(said)?.receivers.get(kind)) ?? null
  }

  /** @param {import('../protocol.js').Stream} stream of theirs */
  arrived(stream) {
    return this.#parts.incoming.find(stream)
  }

  /** @param {object} word */
  tell(word) {
    return this.#parts.control.tell(word)
  }

  /** Both may speak again. */
  resync() {
    this.#parts.recovery.resync()
  }

  nudge() {
    void this.#parts.recovery.nudge()
  }

  /** With credentials that still hold: a restart with old ones is refused (CALLS 5). */
  async restart() {
    const { pc } = this.#parts
    await this.#doors.refresh()
    if (this.#closed || pc !== this.pc) return
    try {
      pc.setConfiguration(this.#doors.config())
    } catch {
      // then the old one must do
    }
    pc.restartIce()
  }

  /** A new connection in the place of this one; the other sees by its tag that it is another. */
  rebuild() {
    if (this.#closed) return
    this.#end()
    this.#rebuilds++
    this.#parts = this.#build()
    this.#tell('media')
    this.#tell('change')
  }

  close() {
    this.#closed = true
    this.#end()
  }

  #end() {
    for (const part of [this.#parts.negotiation, this.#parts.recovery, this.#parts.pc]) part.close()
  }

  /** @returns {Parts} */
  #build() {
    const { rtc, newId, config, send, holders, blank, shown } = this.#doors
    const pc = rtc.connect(config())
    const pc_id = newPc(newId)
    const negotiation = new Negotiation({
      pc, pc_id, polite: this.polite,
      send: (kind, body, still) => send(kind, this.peer_id, body, still),
      moved: (signals) => this.#follow(signals),
    })
    const control = new Control(pc)
    const outgoing = new Outgoing({ pc, stops: this.#stops })
    const incoming = new Incoming(pc, rtc.stream)
    outgoing.prepare(holders(), blank)
    for (const one of shown()) outgoing.add(one)
    const parts = { pc, negotiation, control, outgoing, incoming, recovery: this.#care(pc, negotiation, control) }
    this.#listen(parts)
    return parts
  }

  /**
   * @param {RTCPeerConnection} pc
   * @param {Negotiation} negotiation
   * @param {Control} control
   */
  #care(pc, negotiation, control) {
    const { clock, random, able } = this.#doors
    return new Recovery({
      pc, clock, random,
      polite: this.polite,
      rebuilds: this.#rebuilds,
      able: () => able() && !this.away,
      restart: () => void this.restart(),
      resend: () => negotiation.resend(),
      rebuild: () => this.rebuild(),
      ping: () => control.tell({ ping: clock.now() }),
    })
  }

  /** @param {Parts} parts */
  #listen({ pc, control, incoming, recovery }) {
    pc.addEventListener('connectionstatechange', () => this.#look(pc))
    pc.addEventListener('signalingstatechange', () => pc.signalingState === 'stable' && this.#tell('settled'))
    pc.addEventListener('icecandidateerror', ({ errorCode, errorText, url }) => void (this.candidateError = { code: errorCode, text: errorText, url }))
    recovery.addEventListener('change', () => this.#tell('change'))
    incoming.addEventListener('change', () => this.#tell('media'))
    incoming.addEventListener('over', (event) => this.#tell('over', /** @type {CustomEvent} */ (event).detail))
    control.addEventListener('open', () => this.#tell('open'))
    control.addEventListener('word', (event) => this.#tell('word', /** @type {CustomEvent} */ (event).detail))
  }

  /** @param {RTCPeerConnection} pc */
  #look(pc) {
    if (pc !== this.pc) return
    if (pc.connectionState === 'connected') this.#rebuilds = 0
    this.#tell('change')
  }

  /** @param {import('./negotiation.js').Signal[]} signals from a connection that the other has now */
  #follow(signals) {
    if (this.#closed) return
    this.rebuild()
    for (const { kind, body } of signals) this.hear(kind, body)
  }

  /**
   * @param {string} type
   * @param {any} [detail]
   */
  #tell(type, detail) {
    if (!this.#closed) this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}
