/**
 * What arrives over one link, by the id of the MediaStream that carries it; what it is, is said elsewhere, earlier or later.
 *
 * Tells `change`, and `over` with the media_id when the other has taken all of a stream's tracks away.
 */

/** @typedef {{media: MediaStream, receivers: Map<string, RTCRtpReceiver>}} Arrived */

export class Incoming extends EventTarget {
  #stream
  #arrived = /** @type {Map<string, Arrived>} */ (new Map())
  #first = /** @type {Map<string, Arrived>} */ (new Map())

  /**
   * @param {RTCPeerConnection} pc
   * @param {(tracks: MediaStreamTrack[]) => MediaStream} stream
   */
  constructor(pc, stream) {
    super()
    this.#stream = stream
    pc.addEventListener('track', (event) => this.#arrive(event))
  }

  /**
   * @param {import('../protocol.js').Stream} said who names no media has only one of a kind: its voice, its camera
   * @returns {Arrived | null}
   */
  find({ media_id, tracks }) {
    if (media_id) return this.#arrived.get(media_id) ?? null
    return this.#first.get(tracks?.video ? 'video' : 'audio') ?? null
  }

  /** @param {RTCTrackEvent} event */
  #arrive({ track, receiver, streams }) {
    if (!this.#first.has(track.kind)) this.#first.set(track.kind, { media: this.#stream([track]), receivers: new Map([[track.kind, receiver]]) })
    for (const media of streams) this.#join(media, track, receiver)
    this.dispatchEvent(new CustomEvent('change'))
  }

  /**
   * @param {MediaStream} media
   * @param {MediaStreamTrack} track
   * @param {RTCRtpReceiver} receiver
   */
  #join(media, track, receiver) {
    const known = this.#arrived.get(media.id)
    if (known?.media === media) return void known.receivers.set(track.kind, receiver)
    const arrived = { media, receivers: new Map([[track.kind, receiver]]) }
    this.#arrived.set(media.id, arrived)
    media.addEventListener('removetrack', () => this.#left(arrived))
  }

  /** @param {Arrived} arrived */
  #left(arrived) {
    const { media } = arrived
    if (media.getTracks().length || this.#arrived.get(media.id) !== arrived) return
    this.#arrived.delete(media.id)
    this.dispatchEvent(new CustomEvent('over', { detail: media.id }))
    this.dispatchEvent(new CustomEvent('change'))
  }
}
