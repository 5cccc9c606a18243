/**
 * A room full of callers: each a whole Call on a socket of its own, a server between them that keeps to the protocol, and a network of
 * fake connections. Frames can be held back, so that a test decides who speaks into whose sentence.
 */

import { Call } from '../../public/js/rtc/call.js'
import { Refusal } from '../../public/js/refusal.js'
import { FakeClock, FakeSocket, flush, ids, user } from './fakes.js'
import { FakeNet, FakeStream, FakeTrack } from './rtc-fakes.js'

const HANDED = { 'rtc.offer': 'rtc.offer_event', 'rtc.answer': 'rtc.answer_event', 'rtc.ice': 'rtc.ice_event' }
const STATE = { muted: false, deafened: false, cam: false, speaking: false, quality: null }

export class Hall {
  clock = new FakeClock()
  net = new FakeNet()
  ice = { stun_urls: [], turn_urls: [], turn_username: null, turn_credential: null }
  /** Everything that was asked, with who asked. */
  asked = []
  callers = []
  call_id = ''
  places = new Map()
  /** What peers say to one another waits here while it is an array. */
  held = null
  refusing = new Map()
  #count = 0
  #calls = 0

  async enter(user_id = `u_${this.callers.length + 1}`, more = {}) {
    const caller = new Caller(this, user_id, more)
    this.callers.push(caller)
    caller.socket.become('live')
    return caller
  }

  /** Somebody new, in the call. */
  async joins(user_id, more) {
    const caller = await this.enter(user_id, more)
    await caller.call.join('r_1')
    await flush()
    return caller
  }

  hold() {
    this.held = []
  }

  async release() {
    const held = this.held ?? []
    this.held = null
    for (const go of held) go()
    await flush()
  }

  answer(caller, t, body) {
    this.asked.push({ who: caller.user_id, t, body })
    const refused = this.refusing.get(t)?.(body, caller)
    if (refused) throw refused
    if (HANDED[t]) return this.#hand(caller, t, body)
    return this[t.slice(4)](caller, body)
  }

  call_create(caller, { room_id }) {
    this.call_id ||= `call_${++this.#calls}`
    return { call_id: this.call_id, room_id, ice: this.ice, topology: 'mesh' }
  }

  join(caller, { call_id, peer_meta, resume_peer_id }) {
    if (call_id !== this.call_id) throw new Refusal('NOT_FOUND', 'no such call')
    const known = this.places.get(resume_peer_id)
    const place = known ?? { peer_id: `p_${String(++this.#count).padStart(2, '0')}`, streams: new Map(), state: STATE, peer_meta }
    Object.assign(place, { caller, user_id: caller.user_id, away: false })
    this.places.set(place.peer_id, place)
    caller.peer_id = place.peer_id
    this.tell('rtc.peer_event', { kind: known ? 'back' : 'join', peer: peerOf(place) }, caller)
    return { call_id, self_peer_id: place.peer_id, ice: this.ice, peers: [...this.places.values()].map(participant) }
  }

  leave(caller, { peer_id = caller.peer_id }) {
    return this.drop(peer_id, 'left')
  }

  end_call() {
    const body = { call_id: this.call_id, room_id: 'r_1' }
    this.tell('rtc.call_end', body)
    return body
  }

  ice_servers(caller, { call_id }) {
    return { call_id, ice: this.ice }
  }

  peer_state(caller, { call_id: _, ...state }) {
    const place = this.places.get(caller.peer_id)
    place.state = { ...place.state, ...state }
    return this.tell('rtc.peer_event', { kind: 'state', peer: peerOf(place), state: place.state })
  }

  stream_publish(caller, { stream }) {
    this.places.get(caller.peer_id).streams.set(stream.stream_id, stream)
    return this.tell('rtc.stream_event', { peer_id: caller.peer_id, event: 'published', stream })
  }

  stream_update(caller, { stream }) {
    this.places.get(caller.peer_id).streams.set(stream.stream_id, stream)
    return this.tell('rtc.stream_event', { peer_id: caller.peer_id, event: 'updated', stream })
  }

  stream_unpublish(caller, { stream }) {
    if (!this.places.get(caller.peer_id).streams.delete(stream.stream_id)) throw new Refusal('NOT_FOUND', 'no such stream')
    return this.tell('rtc.stream_event', { peer_id: caller.peer_id, event: 'unpublished', stream })
  }

  /** A place ends. */
  drop(peer_id, reason) {
    const place = this.places.get(peer_id)
    if (!place) throw new Refusal('NOT_FOUND', 'no such peer')
    const body = this.tell('rtc.peer_event', { kind: 'leave', peer: peerOf(place), reason })
    this.places.delete(peer_id)
    return body
  }

  /** A caller's connection is gone. */
  cut(caller) {
    caller.socket.become('waiting')
    const place = this.places.get(caller.peer_id)
    if (!place) return
    place.away = true
    this.tell('rtc.peer_event', { kind: 'away', peer: peerOf(place) }, caller)
  }

  async mend(caller) {
    caller.socket.become('live')
    await flush()
  }

  /** The server lives anew: it remembers places, and nothing that was said of them. */
  forget() {
    for (const place of this.places.values()) Object.assign(place, { away: true, state: STATE, streams: new Map() })
  }

  tell(t, body, but = null) {
    const whole = { call_id: this.call_id, ...body }
    for (const { caller, away } of this.places.values()) if (caller !== but && !away && caller.socket.live) caller.socket.tell(t, whole)
    return whole
  }

  #hand(from, t, body) {
    const to = this.places.get(body.to_peer_id)
    if (!to) throw new Refusal('NOT_FOUND', 'no such peer', { details: { to_peer_id: body.to_peer_id } })
    if (to.away) throw new Refusal('UNAVAILABLE', 'away for a moment', { details: { to_peer_id: body.to_peer_id } })
    const { socket } = to.caller
    const { life } = socket
    const go = () => socket.live && socket.life === life && socket.tell(HANDED[t], { ...body, from_peer_id: from.peer_id })
    if (this.held) this.held.push(go)
    else go()
    return { call_id: body.call_id, to_peer_id: body.to_peer_id }
  }
}

const peerOf = ({ peer_id, user_id, peer_meta }) => ({ peer_id, user_id, peer_meta })
const participant = ({ streams, state, away, ...place }) => ({ ...peerOf(place), streams: [...streams.values()], state, away })

let callers = 0

export class Caller {
  peer_id = ''
  told = []
  socket = new FakeSocket()

  constructor(hall, user_id, { settings = {}, rtc = {} } = {}) {
    this.user_id = user_id
    this.settings = Object.assign(new EventTarget(), { choices: { relayOnly: false, ...settings }, get: () => this.settings.choices })
    const number = String(++callers).padStart(4, '0')
    const newId = ids(`c_${number}ff`)
    this.socket.ask = (t, body) => {
      if (!this.socket.live) return Promise.reject(new Refusal('OFFLINE', 'offline'))
      const { life } = this.socket
      return Promise.resolve().then(() => {
        if (this.socket.life !== life || !this.socket.live) throw new Refusal('LOST', 'lost')
        return hall.answer(this, t, body)
      })
    }
    const { clock, net } = hall
    this.call = new Call({ socket: this.socket, session: { user: user(user_id) }, clock, random: () => 0.5, newId, rtc: net.doors(rtc), callSettings: this.settings })
    for (const type of ['peer', 'added', 'removed', 'control', 'linked']) this.call.addEventListener(type, ({ detail }) => this.told.push([type, detail]))
  }

  speaks() {
    const media = new FakeStream([new FakeTrack('audio')])
    this.call.publish({ stream_id: 'mic', kind: 'mic', media })
    return media
  }

  films() {
    const media = new FakeStream([new FakeTrack('video')])
    this.call.publish({ stream_id: 'cam', kind: 'cam', media })
    return media
  }

  shares(stream_id = 's1', label = 'Screen') {
    const media = new FakeStream([new FakeTrack('video')])
    this.call.publish({ stream_id, kind: 'screen', label, media })
    return media
  }

  linkTo(other) {
    return this.call.links.get(other.call.self_peer_id)
  }

  /** What can really be seen or heard of the others. */
  sees() {
    return this.call.streams.filter(({ self, media }) => !self && media?.getTracks().length).map(({ user_id, stream_id }) => `${user_id} ${stream_id}`).sort()
  }
}
