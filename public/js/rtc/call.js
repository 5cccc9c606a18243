/**
 * The call that I am in: who is there, what they show, and what I show. One at a time in a tab; media goes from peer to peer, and when the
 * server is away it goes on. Made of my place (server), the roster (what the server says of the others) and the mesh (links).
 *
 * Tells `change` (anything here), `peer` {kind, peer}, `added` {stream}, `removed` {stream}, `control` {peer_id, word}, `linked` {peer_id},
 * `settled` {peer_id}, `refused` {stream_id} when the server does not let me show something.
 */

import { Request } from '../protocol.js'
import { refusal } from '../refusal.js'
import { Hearing } from './hearing.js'
import { Ice } from './ice.js'
import { Mesh } from './mesh.js'
import { Place, sentence } from './place.js'
import { Roster } from './roster.js'
import { Said } from './said.js'
import { Showing } from './showing.js'
import { Sight } from './sight.js'
import { signal } from './signals.js'

export class Call extends EventTarget {
  #doors
  #place
  #ice
  #showing
  #mesh
  #said
  #sight
  #roster = new Roster()

  /**
   * @param {object} doors
   * @param {import('../socket.js').Socket} doors.socket
   * @param {import('../session.js').Session} doors.session
   * @param {import('../clock.js').Clock} doors.clock
   * @param {() => number} doors.random 0 to 1
   * @param {() => string} doors.newId
   * @param {import('./doors.js').RtcDoors} doors.rtc
   * @param {EventTarget & {get: () => {relayOnly: boolean}}} doors.callSettings
   */
  constructor(doors) {
    super()
    const { clock, callSettings } = doors
    this.#doors = doors
    this.#place = new Place(doors)
    this.#ice = new Ice({ ...doors, relayOnly: () => callSettings.get().relayOnly })
    this.#said = new Said(clock, (how) => void (this.state === 'in' && this.#ask(Request.RtcPeerState, how).catch(() => {})))
    this.#showing = new Showing({ ...doors, call_id: () => (this.state === 'in' ? this.call_id : ''), refused: (id, why) => this.#refused(id, why) })
    this.#mesh = this.#weave()
    this.#sight = new Sight({ ...doors, place: this.#place, roster: this.#roster, showing: this.#showing, mesh: this.#mesh, said: this.#said })
    this.#listen()
  }

  get state() {
    return this.#place.state
  }

  get room_id() {
    return this.#place.room_id
  }

  get call_id() {
    return this.#place.call_id
  }

  get self_peer_id() {
    return this.#place.self_peer_id
  }

  /** Why I am not in the call, or cannot do something in it: a sentence, or ''. */
  get problem() {
    return this.#place.problem
  }

  /** @returns {Map<string, import('./peer-link.js').PeerLink>} */
  get links() {
    return this.#mesh.links
  }

  get peers() {
    return this.#sight.peers()
  }

  get streams() {
    return this.#sight.streams()
  }

  /** Whether it is known that no server lets one be reached without showing an address: before the first call it is not. */
  get lacksRelay() {
    return this.#ice.lacksRelay
  }

  /**
   * Into the room's call, which begins if there is none; out of any other one.
   * @param {string} room_id
   */
  async join(room_id) {
    if (this.state !== 'out' && this.room_id === room_id) return
    void this.#place.leave()
    await this.#place.take(room_id)
  }

  async leave() {
    await this.#place.leave()
  }

  /** For everybody; the room's moderators may. */
  async end() {
    try {
      await this.#ask(Request.RtcEndCall, {})
    } catch (error) {
      this.#place.complain(sentence(refusal(error)))
    }
  }

  /** @param {import('./showing.js').Wish} wish */
  publish(wish) {
    if (this.state === 'out') return
    const mine = this.#showing.add(wish)
    for (const link of this.links.values()) link.publish(mine)
    this.#sight.look()
  }

  /** @param {string} stream_id */
  unpublish(stream_id) {
    this.#showing.remove(stream_id)
    for (const link of this.links.values()) link.unpublish(stream_id)
    this.#sight.look()
  }

  /**
   * @param {string} stream_id
   * @param {{label?: string, muted?: boolean, tracks?: {audio: boolean, video: boolean}}} change
   */
  update(stream_id, change) {
    this.#showing.update(stream_id, change)
    this.#sight.look()
  }

  /**
   * Another device, or nothing for a while; nobody needs to be told.
   * @param {string} stream_id
   * @param {MediaStreamTrack | null} track
   * @param {'audio' | 'video'} kind
   */
  replace(stream_id, track, kind) {
    this.#showing.replace(stream_id, track, kind)
    for (const link of this.links.values()) link.replace(stream_id, track, kind)
  }

  /** @param {import('./said.js').How} how */
  say(how) {
    if (this.state === 'out') return
    if (this.#said.be(how)) this.#sight.look()
  }

  /**
   * @param {string} peer_id
   * @param {object} word
   * @returns {boolean} whether it left
   */
  tell(peer_id, word) {
    return this.links.get(peer_id)?.tell(word) ?? false
  }

  /** The network changed, or this computer woke. */
  nudge() {
    this.#mesh.nudge()
  }

  /** Nothing of mine is here any more. */
  reset() {
    if (this.state !== 'out') this.#place.over('')
  }

  #weave() {
    const { socket, clock } = this.#doors
    return new Mesh({
      ...this.#doors,
      config: () => this.#ice.config,
      refresh: () => this.#ice.refresh(this.call_id),
      able: () => this.state === 'in' && socket.live,
      send: (kind, to_peer_id, body, still) => void signal({ socket, clock }, kind, { call_id: this.call_id, to_peer_id, ...body }, still),
      holders: () => this.#showing.holders,
      shown: () => this.#showing.all(),
      said: (peer_id, stream_id) => this.#roster.get(peer_id)?.streams.get(stream_id),
    })
  }

  #listen() {
    const hearing = new Hearing({ ...this.#doors, place: this.#place, roster: this.#roster, mesh: this.#mesh })
    on(this.#place, 'seated', (participants) => {
      this.#ice.take(participants.ice)
      hearing.seated(participants)
      this.#showing.anew()
      this.#said.anew()
    })
    on(this.#place, 'out', () => {
      hearing.gone()
      this.#showing.clear()
      this.#said.forget()
    })
    on(this.#mesh, 'over', ({ peer_id, media_id }) => this.#roster.over(peer_id, media_id))
    for (const [noun, type] of /** @type {Array<[EventTarget, string]>} */ ([[this.#place, 'change'], [this.#mesh, 'change'], [hearing, 'heard']])) {
      on(noun, type, () => this.#sight.look())
    }
    for (const type of ['added', 'removed', 'change']) on(this.#sight, type, (detail) => this.#tell(type, detail))
    on(hearing, 'peer', (detail) => this.#tell('peer', detail))
    for (const type of ['linked', 'settled']) on(this.#mesh, type, (detail) => this.#tell(type, detail))
    on(this.#mesh, 'word', (detail) => this.#tell('control', detail))
    on(this.#doors.callSettings, 'change', () => this.#mesh.follow())
  }

  /**
   * @param {string} stream_id
   * @param {import('../refusal.js').Refusal} why
   */
  #refused(stream_id, why) {
    for (const link of this.links.values()) link.unpublish(stream_id)
    this.#place.complain(sentence(why))
    this.#tell('refused', { stream_id })
  }

  /**
   * @param {string} t
   * @param {object} body
   */
  #ask(t, body) {
    return this.#doors.socket.ask(t, { call_id: this.call_id, ...body })
  }

  /**
   * @param {string} type
   * @param {any} detail
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

/**
 * @param {EventTarget} noun
 * @param {string} type
 * @param {(detail: any) => void} hear
 */
const on = (noun, type, hear) => noun.addEventListener(type, (event) => hear(/** @type {CustomEvent} */ (event).detail))
