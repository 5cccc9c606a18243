/**
 * Who else is in the call and what they show, as the server says it. What it says of a peer comes whole with the place, and by events from
 * then on; a stream's name may be here before its picture, or after.
 */

/** @typedef {import('../protocol.js').Participant} Participant */
/** @typedef {Required<import('../protocol.js').PeerState>} PeerState */
/** @typedef {import('../protocol.js').Stream} Stream */
/** @typedef {{peer_id: string, user_id: string, away: boolean, state: PeerState, stops: boolean, wants: boolean, streams: Map<string, Stream>}} Other */

export const CAN_STOP = 'stop'
/** Says which pictures it wants to see, and how large; whoever cannot gets them all. */
export const CAN_WANT = 'want'
/** @type {PeerState} */
const NEW = Object.freeze({ muted: false, deafened: false, cam: false, speaking: false, quality: null })

export class Roster {
  #others = /** @type {Map<string, Other>} */ (new Map())

  /** @returns {Other[]} in the order of their coming */
  all() {
    return [...this.#others.values()]
  }

  /** @param {string} peer_id */
  get(peer_id) {
    return this.#others.get(peer_id)
  }

  /** @param {Participant[]} participants all but me */
  take(participants) {
    const before = this.#others
    this.#others = new Map(participants.map((one) => [one.peer_id, other(one, before.get(one.peer_id))]))
  }

  /** @param {import('../protocol.js').CallPeer} peer */
  add({ peer_id, user_id, peer_meta }) {
    if (this.#others.has(peer_id)) return
    this.#others.set(peer_id, other({ peer_id, user_id, streams: [], state: NEW, away: false, peer_meta }))
  }

  /** @param {string} peer_id */
  remove(peer_id) {
    this.#others.delete(peer_id)
  }

  /**
   * @param {string} peer_id
   * @param {{away?: boolean, state?: import('../protocol.js').PeerState}} change
   */
  change(peer_id, { away, state }) {
    const known = this.#others.get(peer_id)
    if (known) this.#others.set(peer_id, { ...known, away: away ?? known.away, state: { ...known.state, ...state } })
  }

  /** @param {import('../protocol.js').RtcStreamEvent} event */
  hear({ peer_id, event, stream }) {
    const streams = this.#others.get(peer_id)?.streams
    if (event === 'unpublished') streams?.delete(stream.stream_id)
    else streams?.set(stream.stream_id, stream)
  }

  /**
   * Its last track was taken away: the word for it is on its way, or was lost.
   * @param {string} peer_id
   * @param {string} media_id
   */
  over(peer_id, media_id) {
    const streams = this.#others.get(peer_id)?.streams
    for (const stream of streams?.values() ?? []) if (stream.media_id === media_id) streams?.delete(stream.stream_id)
  }

  clear() {
    this.#others.clear()
  }
}

/**
 * Somebody whom a restarted server only remembers has said nothing there yet: what we know of them still holds.
 * @param {Participant} participant
 * @param {Other} [known]
 * @returns {Other}
 */
function other({ peer_id, user_id, streams, state, away, peer_meta }, known) {
  const said = new Map(streams.map((stream) => [stream.stream_id, stream]))
  const kept = away && !said.size ? known?.streams : undefined
  const [stops, wants] = [CAN_STOP, CAN_WANT].map((name) => peer_meta?.capabilities?.includes(name) ?? false)
  return { peer_id, user_id, away, stops: stops ?? false, wants: wants ?? false, state: (kept && known?.state) || { ...NEW, ...state }, streams: kept ?? said }
}
