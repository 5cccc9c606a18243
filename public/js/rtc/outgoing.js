/**
 * What I send over one link. Microphone and camera have their senders from the beginning, so that one offer and one answer join two
 * people for good: to speak, to be silent or to take another device is `replaceTrack`, which negotiates nothing. Everything else comes
 * and goes by transceivers of its own, whose lines are used again after `stop()`: ten shares leave four lines (CALLS 1).
 */

/** @typedef {'audio' | 'video'} TrackKind */
/** @typedef {{kind: TrackKind, track: MediaStreamTrack | null}} Carried */
/** @typedef {{stream_id: string, holder: MediaStream, carried: Carried[]}} Shown `holder` names it on the wire, whatever the tracks are */

export const PREPARED = Object.freeze(/** @type {Record<string, TrackKind>} */ ({ mic: 'audio', cam: 'video' }))

export class Outgoing {
  #pc
  #stops
  #senders = /** @type {Map<string, RTCRtpSender>} */ (new Map())
  #others = /** @type {Map<string, RTCRtpTransceiver[]>} */ (new Map())
  #leaving = /** @type {Set<RTCRtpTransceiver>} */ (new Set())

  /**
   * @param {object} doors
   * @param {RTCPeerConnection} doors.pc
   * @param {boolean} doors.stops whether the other follows a line that is used again; bots do not
   */
  constructor({ pc, stops }) {
    this.#pc = pc
    this.#stops = stops
    pc.addEventListener('signalingstatechange', () => this.#tidy())
  }

  /**
   * By addTrack, which pairs with the other's at the first offer, whoever makes it; a transceiver would not. It wants a track.
   * @param {Record<string, MediaStream>} holders
   * @param {(kind: TrackKind) => MediaStreamTrack} blank
   */
  prepare(holders, blank) {
    for (const [stream_id, kind] of Object.entries(PREPARED)) {
      const holder = /** @type {MediaStream} */ (holders[stream_id])
      const sender = this.#pc.addTrack(blank(kind), holder)
      this.#senders.set(stream_id, sender)
      carry(sender, null)
    }
  }

  /** @param {Shown} shown */
  add({ stream_id, holder, carried }) {
    const prepared = PREPARED[stream_id]
    if (prepared) return this.replace(stream_id, carried.find(({ kind }) => kind === prepared)?.track ?? null, prepared)
    this.remove(stream_id)
    const add = (/** @type {Carried} */ { kind, track }) => this.#pc.addTransceiver(track ?? kind, { direction: 'sendonly', streams: [holder] })
    this.#others.set(stream_id, carried.map(add))
  }

  /** @param {string} stream_id */
  remove(stream_id) {
    const prepared = this.#senders.get(stream_id)
    if (prepared) return carry(prepared, null)
    for (const transceiver of this.#others.get(stream_id) ?? []) this.#letGo(transceiver)
    this.#others.delete(stream_id)
  }

  /**
   * @param {string} stream_id
   * @param {MediaStreamTrack | null} track
   * @param {TrackKind} kind
   */
  replace(stream_id, track, kind) {
    const sender = this.sender(stream_id, kind)
    if (sender) carry(sender, track)
  }

  /**
   * @param {string} stream_id
   * @param {TrackKind} kind
   * @returns {RTCRtpSender | null}
   */
  sender(stream_id, kind) {
    if (PREPARED[stream_id]) return PREPARED[stream_id] === kind ? (this.#senders.get(stream_id) ?? null) : null
    return this.#others.get(stream_id)?.find(({ receiver }) => receiver.track.kind === kind)?.sender ?? null
  }

  /** @param {RTCRtpTransceiver} transceiver */
  #letGo(transceiver) {
    if (!this.#stops) return this.#pc.removeTrack(transceiver.sender)
    carry(transceiver.sender, null)
    this.#leaving.add(transceiver)
    this.#tidy()
  }

  /** One that is stopped before it was negotiated stays in the list for ever (webrtc-pc#2923). */
  #tidy() {
    if (this.#pc.signalingState !== 'stable') return
    for (const transceiver of this.#leaving) {
      if (transceiver.mid === null) continue
      this.#leaving.delete(transceiver)
      transceiver.stop()
    }
  }
}

/**
 * @param {RTCRtpSender} sender
 * @param {MediaStreamTrack | null} track
 */
function carry(sender, track) {
  sender.replaceTrack(track).catch(() => {}) // the connection is closed
}
