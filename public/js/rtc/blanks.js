/**
 * Tracks without a device behind them, to make a sender with before anybody speaks: taken from a connection that is never used. They have
 * ended already, so nothing is ever sent of them.
 */

export class Blanks {
  #connect
  #tracks = /** @type {Map<string, MediaStreamTrack>} */ (new Map())

  /** @param {(config: RTCConfiguration) => RTCPeerConnection} connect */
  constructor(connect) {
    this.#connect = connect
  }

  /**
   * @param {'audio' | 'video'} kind
   * @returns {MediaStreamTrack}
   */
  track(kind) {
    if (!this.#tracks.size) this.#make()
    return /** @type {MediaStreamTrack} */ (this.#tracks.get(kind))
  }

  #make() {
    const unused = this.#connect({})
    for (const kind of ['audio', 'video']) this.#tracks.set(kind, unused.addTransceiver(kind).receiver.track)
    unused.close()
  }
}
