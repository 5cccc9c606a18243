/**
 * The call as it is seen: everybody with how they are and how I am linked to them, and everything that is shown, mine and theirs alike,
 * each with its media as soon as that is here.
 *
 * Tells `added` {stream} and `removed` {stream} when something begins or ends to be shown, and `change` each time it is looked at.
 */

/** @typedef {Required<import('../protocol.js').PeerState>} PeerState */
/** @typedef {{audio: boolean, video: boolean}} Tracks */
/** @typedef {{peer_id: string, user_id: string, self: boolean, away: boolean, wants: boolean, state: PeerState, linked: 'connecting' | 'connected' | 'lost' | 'self'}} CallPeer */
/**
 * @typedef {object} CallStream
 * @property {string} key `peer_id stream_id`
 * @property {string} peer_id
 * @property {string} user_id
 * @property {boolean} self
 * @property {string} stream_id
 * @property {string} kind
 * @property {string} label
 * @property {Tracks} tracks
 * @property {boolean} muted
 * @property {MediaStream | null} media
 */

export class Sight extends EventTarget {
  #doors
  #seen = /** @type {Map<string, CallStream>} */ (new Map())

  /**
   * @param {object} doors
   * @param {Pick<import('../session.js').Session, 'user'>} doors.session
   * @param {import('./place.js').Place} doors.place
   * @param {import('./roster.js').Roster} doors.roster
   * @param {import('./showing.js').Showing} doors.showing
   * @param {import('./mesh.js').Mesh} doors.mesh
   * @param {import('./said.js').Said} doors.said
   */
  constructor(doors) {
    super()
    this.#doors = doors
  }

  /** @returns {CallPeer[]} me first */
  peers() {
    const { place, roster, mesh } = this.#doors
    if (!place.self_peer_id) return []
    const others = roster.all().map((other) => ({ ...plain(other), self: false, linked: mesh.links.get(other.peer_id)?.linked ?? 'connecting' }))
    return [{ peer_id: place.self_peer_id, user_id: this.#me, self: true, away: place.state === 'away', wants: true, state: this.#how(), linked: 'self' }, ...others]
  }

  /** @returns {CallStream[]} mine first */
  streams() {
    return [...this.#mine(), ...this.#theirs()]
  }

  look() {
    const before = this.#seen
    this.#seen = new Map(this.streams().map((stream) => [stream.key, stream]))
    for (const [key, stream] of before) if (!this.#seen.has(key)) this.#tell('removed', { stream })
    for (const [key, stream] of this.#seen) if (!before.has(key)) this.#tell('added', { stream })
    this.#tell('change')
  }

  get #me() {
    return this.#doors.session.user?.user_id ?? ''
  }

  /** @returns {PeerState} */
  #how() {
    return { muted: false, deafened: false, cam: false, speaking: false, quality: null, ...this.#doors.said.how }
  }

  /** @returns {CallStream[]} */
  #mine() {
    const { place, showing } = this.#doors
    const me = { peer_id: place.self_peer_id, user_id: this.#me, self: true }
    return showing.all().map(({ stream_id, kind, label, tracks, muted, media }) => {
      return { key: `${me.peer_id} ${stream_id}`, ...me, stream_id, kind, label, tracks, muted, media }
    })
  }

  /** @returns {CallStream[]} */
  #theirs() {
    const { roster, mesh } = this.#doors
    return roster.all().flatMap(({ peer_id, user_id, streams }) => {
      const link = mesh.links.get(peer_id)
      return [...streams.values()].map((said) => {
        const { stream_id, kind, label = '', muted = false } = said
        const tracks = { audio: said.tracks?.audio ?? false, video: said.tracks?.video ?? false }
        return { key: `${peer_id} ${stream_id}`, peer_id, user_id, self: false, stream_id, kind, label, tracks, muted, media: link?.arrived(said)?.media ?? null }
      })
    })
  }

  /**
   * @param {string} type
   * @param {any} [detail]
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

/** @param {import('./roster.js').Other} other */
const plain = ({ peer_id, user_id, away, wants, state }) => ({ peer_id, user_id, away, wants, state })
