/**
 * What the server tells of my call, to whom it matters: who comes and goes to the roster, what peers say to one another to the mesh, what
 * ends my place to the place. While a place is asked for, the others may already speak to me: that is heard once I know who is there.
 *
 * Tells `peer` {kind, peer}, and `heard` after everything.
 */

import { Event as Told } from '../protocol.js'

/** @typedef {import('../protocol.js').RtcPeerEvent} PeerEvent */
/** @typedef {import('../protocol.js').RtcParticipants} Participants */

const REMOVED = 'You were taken out of this call.'
const ENDED = 'The call was ended for everybody.'

export class Hearing extends EventTarget {
  #doors
  #early = /** @type {Array<() => void>} */ ([])

  /**
   * @param {object} doors
   * @param {EventTarget} doors.socket
   * @param {import('./place.js').Place} doors.place
   * @param {import('./roster.js').Roster} doors.roster
   * @param {import('./mesh.js').Mesh} doors.mesh
   */
  constructor(doors) {
    super()
    this.#doors = doors
    for (const [t, hear] of this.#hearers()) {
      doors.socket.addEventListener(t, (event) => this.#hear(/** @type {CustomEvent} */ (event).detail, hear))
    }
  }

  /** @param {Participants} participants */
  seated({ self_peer_id, peers }) {
    const { roster, mesh } = this.#doors
    roster.take(peers.filter(({ peer_id }) => peer_id !== self_peer_id))
    mesh.sit(self_peer_id, roster.all())
    for (const hear of this.#early.splice(0)) hear()
  }

  gone() {
    this.#early = []
    this.#doors.mesh.clear()
    this.#doors.roster.clear()
  }

  /** @returns {Array<[string, (body: any) => void]>} */
  #hearers() {
    const { place, roster } = this.#doors
    return [
      [Told.RtcOfferEvent, (body) => this.#handed('offer', body)],
      [Told.RtcAnswerEvent, (body) => this.#handed('answer', body)],
      [Told.RtcIceEvent, (body) => this.#handed('ice', body)],
      [Told.RtcPeerEvent, (body) => this.#moved(body)],
      [Told.RtcStreamEvent, (body) => roster.hear(body)],
      [Told.RtcCallEnd, () => place.over(ENDED)],
      [Told.RtcCallEvent, ({ event }) => (event === 'created' ? void place.again() : place.over(''))],
    ]
  }

  /**
   * @param {{call_id: string}} body
   * @param {(body: any) => void} hear
   */
  #hear(body, hear) {
    const { place } = this.#doors
    const now = () => {
      if (place.state === 'out' || body.call_id !== place.call_id) return
      hear(body)
      this.dispatchEvent(new CustomEvent('heard'))
    }
    if (place.asking) this.#early.push(now)
    else now()
  }

  /**
   * @param {import('./negotiation.js').Kind} kind
   * @param {{from_peer_id: string} & import('./negotiation.js').Said} body
   */
  #handed(kind, body) {
    const from = this.#doors.roster.get(body.from_peer_id)
    if (from) this.#doors.mesh.hear(kind, body, from)
  }

  /** @param {PeerEvent} event */
  #moved(event) {
    const { place, roster, mesh } = this.#doors
    const { kind, peer, state } = event
    if (peer.peer_id === place.self_peer_id) return this.#myself(event)
    if (kind === 'state') return state ? roster.change(peer.peer_id, { state }) : undefined
    if (kind === 'join') roster.add(peer)
    if (kind === 'away' || kind === 'back') {
      roster.change(peer.peer_id, { away: kind === 'away' })
      mesh[kind](peer.peer_id)
    }
    if (kind === 'leave') {
      roster.remove(peer.peer_id)
      mesh.drop(peer.peer_id)
    }
    this.dispatchEvent(new CustomEvent('peer', { detail: { kind, peer } }))
  }

  /** @param {PeerEvent} event */
  #myself({ kind, reason }) {
    const { place } = this.#doors
    if (kind !== 'leave' || reason === 'left') return
    if (reason === 'lost') return void place.again()
    place.over(reason === 'removed' ? REMOVED : ENDED)
  }
}
