/**
 * My links to all the others. Whoever joins links to everybody and so makes the offers; those who are there answer.
 *
 * Tells `change`, `over` {peer_id, media_id}, `settled` {peer_id} when something was negotiated, `linked` {peer_id} when words can be told, and `word` {peer_id, word}.
 */

import { Blanks } from './blanks.js'
import { PeerLink } from './peer-link.js'

/** @typedef {import('./peer-link.js').LinkDoors} LinkDoors */
/** @typedef {{peer_id: string, stops: boolean, away: boolean}} Other */

export class Mesh extends EventTarget {
  #doors
  #blanks
  #self = ''
  /** @type {Map<string, PeerLink>} */
  links = new Map()

  /** @param {Omit<LinkDoors, 'blank'>} doors */
  constructor(doors) {
    super()
    this.#doors = doors
    this.#blanks = new Blanks(doors.rtc.connect)
  }

  /**
   * My place, and who is there: links to those who went end, those that stand are brought up to date, and everybody else is offered one.
   * @param {string} self_peer_id another one than before: then the others have let go of all links
   * @param {Other[]} others
   */
  sit(self_peer_id, others) {
    if (self_peer_id !== this.#self) this.clear()
    this.#self = self_peer_id
    const there = new Set(others.map(({ peer_id }) => peer_id))
    for (const peer_id of [...this.links.keys()]) if (!there.has(peer_id)) this.drop(peer_id)
    for (const other of others) {
      const known = this.links.get(other.peer_id)
      this.#reach(other).away = other.away
      known?.resync()
    }
  }

  /**
   * @param {import('./negotiation.js').Kind} kind
   * @param {import('./negotiation.js').Said} body
   * @param {Other} from
   */
  hear(kind, body, from) {
    const link = kind === 'offer' ? this.#reach(from) : this.links.get(from.peer_id)
    link?.hear(kind, body)
  }

  /** @param {string} peer_id */
  back(peer_id) {
    const link = this.links.get(peer_id)
    if (!link) return
    link.away = false
    link.resync()
  }

  /** @param {string} peer_id */
  away(peer_id) {
    const link = this.links.get(peer_id)
    if (link) link.away = true
  }

  /** @param {string} peer_id */
  drop(peer_id) {
    const link = this.links.get(peer_id)
    if (!link) return
    this.links.delete(peer_id)
    link.close()
  }

  clear() {
    for (const peer_id of [...this.links.keys()]) this.drop(peer_id)
  }

  /** The network changed, or this computer woke. */
  nudge() {
    for (const link of this.links.values()) link.nudge()
  }

  /** How to connect may have been chosen otherwise: then the links that stand look for another way. */
  follow() {
    const policy = this.#doors.config().iceTransportPolicy
    for (const link of this.links.values()) if (link.pc.getConfiguration().iceTransportPolicy !== policy) void link.restart()
  }

  /** @param {Other} other */
  #reach({ peer_id, stops, away }) {
    const known = this.links.get(peer_id)
    if (known) return known
    const doors = { ...this.#doors, blank: (/** @type {'audio' | 'video'} */ kind) => this.#blanks.track(kind) }
    const link = new PeerLink(doors, { self_peer_id: this.#self, peer_id, stops })
    link.away = away
    this.links.set(peer_id, link)
    this.#listen(link)
    return link
  }

  /** @param {PeerLink} link */
  #listen(link) {
    const { peer_id } = link
    for (const type of ['change', 'media']) link.addEventListener(type, () => this.#tell('change'))
    link.addEventListener('over', (event) => this.#tell('over', { peer_id, media_id: /** @type {CustomEvent} */ (event).detail }))
    link.addEventListener('settled', () => this.#tell('settled', { peer_id }))
    link.addEventListener('open', () => this.#tell('linked', { peer_id }))
    link.addEventListener('word', (event) => this.#tell('word', { peer_id, word: /** @type {CustomEvent} */ (event).detail }))
  }

  /**
   * @param {string} type
   * @param {any} [detail]
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}
