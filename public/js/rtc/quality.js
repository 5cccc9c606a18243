/**
 * How my call is: reads every link every two seconds while I am in one, keeps a minute of it, and judges. My worst link goes to the
 * others as one number; of all the rest nothing leaves this page, and nowhere in it is an address.
 *
 * Tells `change` after every reading, and when the call is over.
 */

import { LinkStory } from './link-story.js'
import { rates } from './readings.js'
import { figuresOf } from './symptoms.js'
import { judge } from './verdicts.js'

const EVERY_MS = 2_000

/** @typedef {import('./verdicts.js').Verdict} Verdict */
/** @typedef {{peer_id: string, user_id: string, self: boolean, state: {muted?: boolean, speaking?: boolean}}} Peer */
/** @typedef {{pc: import('./link-story.js').Connection, sender: (stream_id: string, kind: 'audio' | 'video') => {track: {id: string} | null} | null}} Link */
/** @typedef {EventTarget & {state: string, peers: Peer[], links: ReadonlyMap<string, Link>, say: (state: {quality: 0 | 1 | 2 | 3}) => unknown}} Call */
/** @typedef {EventTarget & {works: boolean, muted: boolean, deafened: boolean, talking: boolean, gateOpen: boolean, level: number}} Microphone */

/**
 * @typedef {object} Row one link, for the matrix
 * @property {string} peer_id
 * @property {string} user_id
 * @property {Verdict} verdict
 * @property {Record<import('./readings.js').Flow, number> | null} rates bit/s
 * @property {number | null} rtt ms
 * @property {import('./readings.js').Route | null} route
 */

/** The quietest that is told apart from silence, as the microphone counts it, in dBFS. */
const SILENCE = -100

export class Quality extends EventTarget {
  #doors
  #stories = /** @type {Map<string, LinkStory>} */ (new Map())
  #judged = judge([])
  #cancel = /** @type {(() => void) | null} */ (null)
  #sounded = false
  #said = -1

  /**
   * @param {object} doors
   * @param {Call} doors.call
   * @param {Microphone} doors.microphone
   * @param {{nameOf: (user_id: string, otherwise: string) => string}} doors.presence
   * @param {{allowed: (peer_id: string) => number}} doors.governor
   * @param {import('../clock.js').Clock} doors.clock
   */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.call.addEventListener('change', () => this.#look())
    doors.microphone.addEventListener('level', () => (this.#sounded ||= doors.microphone.level > SILENCE))
    doors.microphone.addEventListener('change', () => (this.#sounded &&= doors.microphone.works))
  }

  /** What is mine of all that is bad, or null. */
  get mine() {
    return this.#judged.mine
  }

  /** Of my worst link: 3 well, 2 to be warned of, 1 bad, 0 no connection. */
  get level() {
    return this.#judged.level
  }

  /** Whether the processor holds a picture back right now. */
  get pressed() {
    return [...this.#stories.values()].some(({ series }) => series.at(-1)?.shown.some(({ reason }) => reason === 'cpu'))
  }

  /**
   * @param {string} peer_id
   * @returns {Verdict | null} null for whom there is no link to
   */
  of(peer_id) {
    return this.#judged.links.get(peer_id) ?? null
  }

  /** @returns {Row[]} one a link, as the call has them */
  rows() {
    return this.#doors.call.peers.filter(({ self }) => !self).map(({ peer_id, user_id }) => {
      const series = this.#stories.get(peer_id)?.series ?? []
      const verdict = this.of(peer_id) ?? { level: 0, sentence: `Connecting to ${this.#name(user_id)}.`, fix: '' }
      return { peer_id, user_id, verdict, rates: rates(series), rtt: figuresOf(series)?.rtt ?? null, route: series.at(-1)?.route ?? null }
    })
  }

  get #inCall() {
    return this.#doors.call.state === 'in' || this.#doors.call.state === 'away'
  }

  /** New links are heard from their first moment on: what a relay answers comes early. */
  #look() {
    const { call, clock } = this.#doors
    for (const peer_id of this.#stories.keys()) if (!call.links.has(peer_id)) this.#stories.delete(peer_id)
    for (const [peer_id, { pc }] of call.links) {
      const before = this.#stories.get(peer_id)
      if (before?.pc !== pc) this.#stories.set(peer_id, new LinkStory(pc, clock.now(), before))
    }
    if (this.#inCall) this.#cancel ??= clock.after(EVERY_MS, () => void this.#read())
    else if (this.#cancel) this.#end()
  }

  async #read() {
    const { clock } = this.#doors
    const cancel = this.#cancel
    const looks = [...this.#stories].map(([peer_id, story]) => story.look({ at: clock.now, ...this.#beside(peer_id) }))
    await Promise.allSettled(looks) // one that was closed meanwhile tells nothing
    if (this.#cancel !== cancel) return
    this.#judge()
    this.#cancel = clock.after(EVERY_MS, () => void this.#read())
    this.#tell()
  }

  /** @param {string} peer_id */
  #beside(peer_id) {
    const { call, governor } = this.#doors
    const mic = call.links.get(peer_id)?.sender('mic', 'audio')?.track?.id
    const speaking = Boolean(call.peers.find((peer) => peer.peer_id === peer_id)?.state.speaking)
    return { mic, speaking, allowed: governor.allowed(peer_id) }
  }

  #judge() {
    const { call, clock, microphone } = this.#doors
    const peers = new Map(call.peers.map((peer) => [peer.peer_id, peer]))
    const unknown = microphone.gateOpen && !microphone.talking // the gate of an ear that does not work stands open
    const mute = !microphone.works || microphone.muted || this.#sounded || unknown
    this.#judged = judge([...this.#stories].map(([peer_id, story]) => {
      const peer = peers.get(peer_id)
      const unheard = microphone.deafened || Boolean(peer?.state.muted)
      const { connectionState: state } = story.pc
      const { once, relay, series } = story
      return { peer_id, name: this.#name(peer?.user_id ?? ''), state, once, relay, series, age: story.age(clock.now()), unheard, mute }
    }))
    this.#say()
  }

  /** Alone there is nothing to be good or bad. */
  #say() {
    const { level } = this.#judged
    if (!this.#stories.size || level === this.#said) return
    this.#said = level
    this.#doors.call.say({ quality: level })
  }

  /**
   * Whichever way it runs, it moves nothing of the sentence around it.
   * @param {string} user_id
   */
  #name(user_id) {
    return `\u2068${this.#doors.presence.nameOf(user_id, user_id)}\u2069`
  }

  #end() {
    this.#cancel?.()
    this.#cancel = null
    this.#sounded = false
    this.#said = -1
    this.#stories.clear()
    this.#judged = judge([])
    this.#tell()
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}
