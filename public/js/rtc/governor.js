/**
 * The governor of my mesh: gives every sender what the budget allows it, whenever a link, a stream, a wish of the others, the upload
 * limit or the strain of the processor changes; and tells the others what I want to see of theirs, and how large.
 * Wishes go over each link's control channel, so a hidden tile costs nothing anywhere and no server is asked.
 *
 * Tells `change` when `paused` does.
 */

import { allot, mbit } from './budget.js'
import { Dial } from './dial.js'
import { FORMS, VOICE } from './formats.js'
import { Strain } from './strain.js'

/** @typedef {import('./budget.js').Level} Level */
/** @typedef {import('./formats.js').Form} Form */
/** @typedef {{stream_id: string, peer_id: string, key: string, self: boolean, kind: string, media: MediaStream | null}} Stream */
/** @typedef {{sender: (stream_id: string, kind: 'audio' | 'video') => RTCRtpSender | null}} Link */
/** @typedef {EventTarget & {links: ReadonlyMap<string, Link>, streams: Stream[], peers: Array<{peer_id: string, wants: boolean}>, tell: (peer_id: string, word: any) => unknown}} Call */
/** @typedef {'text' | 'motion' | 'source'} Preset */

/** The least at which a preset still is what it says (720p15, 720p30, the source's own size): CALLS 2. */
const NEEDS = { text: 450_000, motion: 1_500_000, source: 2_500_000 }
const CAMERA = 'cam'
const LEVELS = new Set(['off', 'low', 'high'])
const DEGRADES = /** @type {const} */ ({ camera: 'balanced', screen: 'maintain-resolution', game: 'maintain-framerate' })
/** As many as a peer may show, and a few that it showed before. */
const MOST_WISHES = 32

export class Governor extends EventTarget {
  #doors
  #strain = new Strain()
  #dials = /** @type {WeakMap<RTCRtpSender, Dial>} */ (new WeakMap())
  #theirs = /** @type {Map<string, Map<string, Level>>} */ (new Map())
  #mine = /** @type {Map<string, Level>} */ (new Map())
  #due = false
  #paused = ''
  #shares = /** @type {import('./budget.js').Share[]} */ ([])

  /** @param {{call: Call, callSettings: EventTarget & {get: () => {upload: number}}, clock: import('../clock.js').Clock}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
    const { call, callSettings } = doors
    call.addEventListener('change', () => this.#later())
    callSettings.addEventListener('change', () => this.#later())
    call.addEventListener('control', (event) => this.#heard(/** @type {CustomEvent} */ (event).detail))
    call.addEventListener('linked', (event) => this.#sayAll(/** @type {CustomEvent} */ (event).detail.peer_id))
    call.addEventListener('settled', (event) => this.#doubt(/** @type {CustomEvent} */ (event).detail.peer_id))
    call.addEventListener('removed', (event) => this.#mine.delete(/** @type {CustomEvent} */ (event).detail.stream.key))
  }

  /** Why something of mine is not sent now and what to do, or ''. */
  get paused() {
    return this.#paused
  }

  /**
   * What my pictures may cost on this link, bit/s.
   * @param {string} peer_id
   */
  allowed(peer_id) {
    const pictures = this.#shares.filter((share) => share.peer_id === peer_id && share.form !== 'voice' && share.form !== 'sound')
    return pictures.reduce((sum, { maxBitrate }) => sum + maxBitrate, 0)
  }

  /**
   * How large I see a stream of somebody else; `off` when I do not.
   * @param {string} key of the stream
   * @param {Level} level
   */
  wants(key, level) {
    if (this.#mine.get(key) === level) return
    this.#mine.set(key, level)
    this.#say(key, level)
  }

  /**
   * What to know before one more share, or ''.
   * @param {Preset} preset
   */
  warning(preset) {
    const others = this.#doors.call.links.size
    const shares = this.#sent().filter(({ form }) => form === 'screen' || form === 'game')
    const taken = shares.reduce((sum, { form }) => sum + NEEDS[form === 'game' ? 'motion' : 'text'], 0)
    const { upload } = this.#doors.callSettings.get()
    const needed = others * (NEEDS[preset] + taken + VOICE.cost)
    if (needed <= upload * 1e6) return ''
    const each = others === 1 ? '1 other person' : `${others} other people`
    const part = Math.max(0, (upload * 1e6) / others - VOICE.cost) / (shares.length + 1)
    return `${each} at ${mbit(NEEDS[preset])} Mbit/s and what you send already need ${mbit(needed)} Mbit/s, but your upload limit is ${upload}: each gets `
      + `about ${mbit(part)} Mbit/s of it, ${part < FORMS.screen.floor ? 'too little to be sent' : 'with fewer and coarser pictures'}.`
  }

  /**
   * The processor, every few seconds.
   * @param {boolean} pressed whether it holds a picture back
   */
  feel(pressed) {
    this.#strain.feel(pressed, this.#doors.clock.now())
    this.#later()
  }

  /** @param {string} peer_id with whom something was negotiated just now */
  #doubt(peer_id) {
    const { links, streams } = this.#doors.call
    for (const { self, stream_id } of streams) {
      for (const kind of /** @type {const} */ (['audio', 'video'])) {
        const sender = self && links.get(peer_id)?.sender(stream_id, kind)
        if (sender) this.#dials.get(sender)?.doubt()
      }
    }
    this.#later()
  }

  /** Once, after all that comes in one go. */
  #later() {
    if (this.#due) return
    this.#due = true
    queueMicrotask(() => {
      this.#due = false
      this.#apply()
    })
  }

  #apply() {
    const { call, callSettings } = this.#doors
    for (const peer_id of this.#theirs.keys()) if (!call.links.has(peer_id)) this.#theirs.delete(peer_id)
    if (!call.links.size) this.#strain = new Strain()
    const mute = new Set(call.peers.filter(({ wants }) => !wants).map(({ peer_id }) => peer_id))
    const { shares, paused } = allot({
      upload: callSettings.get().upload * 1e6,
      links: [...call.links.keys()],
      streams: this.#sent(),
      want: (peer_id, stream_id) => this.#theirs.get(peer_id)?.get(stream_id) ?? (mute.has(peer_id) ? 'high' : undefined),
      strain: this.#strain.now,
    })
    this.#shares = shares
    for (const share of [...shares, ...this.#beforehand()]) this.#turn(share)
    if (paused === this.#paused) return
    this.#paused = paused
    this.dispatchEvent(new CustomEvent('change'))
  }

  /**
   * A camera that is off is made to begin paused: all of ten would otherwise encode for nine until the first wish is heard.
   * @returns {import('./budget.js').Share[]}
   */
  #beforehand() {
    const { links, streams } = this.#doors.call
    if (streams.some(({ self, stream_id }) => self && stream_id === CAMERA)) return []
    return [...links.keys()].map((peer_id) => ({ peer_id, stream_id: CAMERA, form: 'camera', active: false, maxBitrate: 0 }))
  }

  /** @returns {import('./budget.js').Sent[]} */
  #sent() {
    return this.#doors.call.streams.filter(({ self }) => self).map((stream) => {
      const form = formOf(stream)
      hint(form, stream.media)
      return { stream_id: stream.stream_id, form, height: stream.media?.getVideoTracks()[0]?.getSettings().height }
    })
  }

  /** @param {import('./budget.js').Share} share */
  #turn({ peer_id, stream_id, form, ...allowed }) {
    const heard = form === 'voice' || form === 'sound'
    const sender = this.#doors.call.links.get(peer_id)?.sender(stream_id, heard ? 'audio' : 'video')
    if (!sender) return
    const dial = this.#dials.get(sender) ?? new Dial(sender)
    this.#dials.set(sender, dial)
    dial.turn({ ...allowed, ...(heard ? {} : { degradation: DEGRADES[form] }), ...(form === 'voice' ? { priority: 'high' } : {}) })
  }

  /** @param {{peer_id: string, word: any}} control */
  #heard({ peer_id, word }) {
    const { stream_id, level } = Object(Object(word).want)
    if (typeof stream_id !== 'string' || !LEVELS.has(level)) return
    const theirs = this.#theirs.get(peer_id) ?? new Map()
    this.#theirs.set(peer_id, theirs)
    theirs.delete(stream_id)
    theirs.set(stream_id, level)
    if (theirs.size > MOST_WISHES) theirs.delete(theirs.keys().next().value)
    this.#later()
  }

  /** @param {string} peer_id whose link is new */
  #sayAll(peer_id) {
    for (const [key, level] of this.#mine) if (key.startsWith(`${peer_id} `)) this.#say(key, level)
  }

  /**
   * @param {string} key
   * @param {Level} level
   */
  #say(key, level) {
    const [peer_id = '', stream_id] = key.split(' ')
    if (this.#doors.call.links.has(peer_id)) this.#doors.call.tell(peer_id, { want: { stream_id, level } })
  }
}

/**
 * @param {Stream} stream
 * @returns {Form}
 */
export function formOf({ kind, media }) {
  if (kind === 'mic') return 'voice'
  if (kind === 'cam') return 'camera'
  if (kind.endsWith('-audio')) return 'sound'
  return media?.getVideoTracks()[0]?.contentHint === 'motion' ? 'game' : 'screen'
}

/**
 * Tells the encoder what matters in a share, where whoever captured it did not.
 * @param {Form} form
 * @param {MediaStream | null} media
 */
function hint(form, media) {
  const [track] = (form === 'screen' ? media?.getVideoTracks() : form === 'sound' ? media?.getAudioTracks() : []) ?? []
  if (track && track.contentHint === '') track.contentHint = form === 'sound' ? 'music' : 'detail'
}
