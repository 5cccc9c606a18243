/**
 * What I hear in a call: each voice and each stream's sound in an element of its own, as loud as I want it, on the speakers that I picked,
 * whether a tile shows it or not; and who is speaking, by the sound itself.
 *
 * Tells `change` when somebody begins or stops speaking, and when the browser holds the sound back until somebody presses something.
 */

import { leadTo, silence, sounds } from './sink.js'

const LOOK_MS = 100
const SPOKEN = 0.02
/** Loud for so long is a voice; a click in the line is shorter. */
const SURE_MS = 100
const HANG_MS = 300
const VOICE = 'mic'

/** @typedef {import('./sink.js').Player} Player */
/** @typedef {{key: string, peer_id: string, user_id: string, self: boolean, stream_id: string, kind: string, tracks: {audio: boolean}, media: MediaStream | null}} Stream */
/** @typedef {{pc: Pick<RTCPeerConnection, 'getReceivers'>}} Link */
/** @typedef {EventTarget & {state: string, self_peer_id: string, peers: Array<{peer_id: string, state: {muted?: boolean}}>, streams: Stream[], links: ReadonlyMap<string, Link>}} Call what of a call is used here */
/** @typedef {{loudSince: number, until: number, packet: number, speaks: boolean}} Mouth */
/** @typedef {{player: Player, stream: Stream, sink: string}} Voice */

export class Voices extends EventTarget {
  #doors
  #voices = /** @type {Map<string, Voice>} */ (new Map())
  #mouths = /** @type {Map<string, Mouth>} */ (new Map())
  #cut = /** @type {(() => void) | null} */ (null)
  /** The browser lets nothing sound until somebody presses something: offer `unblock`. */
  blocked = false

  /**
   * @param {object} doors
   * @param {Call} doors.call
   * @param {import('./settings.js').CallSettings} doors.settings
   * @param {import('./media-devices.js').MediaDevices} doors.devices
   * @param {import('./microphone.js').Microphone} doors.microphone
   * @param {import('../clock.js').Clock} doors.clock
   * @param {() => Player} doors.audio
   */
  constructor(doors) {
    super()
    this.#doors = doors
    for (const noun of [doors.call, doors.settings, doors.devices, doors.microphone]) noun.addEventListener('change', () => this.#look())
  }

  /** Whether speakers can be picked here at all. */
  get canPick() {
    return typeof this.#doors.audio().setSinkId === 'function'
  }

  /**
   * @param {string} peer_id
   * @returns {boolean}
   */
  speaks(peer_id) {
    const { call, microphone } = this.#doors
    return peer_id === call.self_peer_id ? microphone.talking : (this.#mouths.get(peer_id)?.speaks ?? false)
  }

  /** From a press: then browsers allow it. */
  async unblock() {
    this.#block(false)
    await Promise.all([...this.#voices.values()].map(({ player }) => this.#play(player)))
  }

  #look() {
    const heard = this.#heard()
    for (const [key, { player, stream }] of this.#voices) {
      if (heard.get(key)?.media === stream.media) continue
      silence(player)
      this.#voices.delete(key)
    }
    for (const stream of heard.values()) this.#tune(this.#voices.get(stream.key) ?? this.#begin(stream))
    if (!heard.size) this.#block(false)
    this.#watch()
  }

  #heard() {
    const { call } = this.#doors
    const streams = call.state === 'out' ? [] : call.streams.filter(({ self, tracks, media }) => !self && tracks.audio && media)
    return new Map(streams.map((stream) => [stream.key, stream]))
  }

  /** @param {Stream} stream */
  #begin(stream) {
    const voice = { player: this.#doors.audio(), stream, sink: '' }
    this.#voices.set(stream.key, voice)
    this.#tune(voice)
    voice.player.srcObject = stream.media
    void this.#play(voice.player)
    return voice
  }

  /** @param {Voice} voice */
  #tune(voice) {
    const { settings, devices, microphone } = this.#doors
    const { player, stream } = voice
    player.muted = microphone.deafened
    player.volume = settings.volume(stream.user_id, stream.kind === VOICE ? 'voice' : 'stream')
    const sink = devices.pick('outputs', settings.get().output)
    if (sink === voice.sink) return
    voice.sink = sink
    void leadTo(player, sink)
  }

  /** @param {Player} player */
  async #play(player) {
    if (!(await sounds(player))) this.#block(true)
  }

  /** @param {boolean} blocked */
  #block(blocked) {
    if (blocked === this.blocked) return
    this.blocked = blocked
    this.#tell()
  }

  /** Looks at who speaks while there is somebody to be heard. */
  #watch() {
    const voices = [...this.#voices.values()].some(({ stream }) => stream.kind === VOICE)
    if (voices) this.#cut ??= this.#doors.clock.after(LOOK_MS, () => this.#listen())
    else if (this.#cut) this.#hush()
  }

  #hush() {
    this.#cut?.()
    this.#cut = null
    const spoke = [...this.#mouths.values()].some(({ speaks }) => speaks)
    this.#mouths.clear()
    if (spoke) this.#tell()
  }

  #listen() {
    this.#cut = null
    const before = this.#mouths
    this.#mouths = new Map()
    const shut = new Set(this.#doors.call.peers.filter(({ state }) => state.muted).map(({ peer_id }) => peer_id))
    let changed = false
    for (const { stream } of this.#voices.values()) {
      if (stream.kind !== VOICE) continue
      const mouth = this.#mouth(stream, shut.has(stream.peer_id), before.get(stream.peer_id))
      this.#mouths.set(stream.peer_id, mouth)
      changed ||= mouth.speaks !== (before.get(stream.peer_id)?.speaks ?? false)
    }
    changed ||= [...before].some(([peer_id, { speaks }]) => speaks && !this.#mouths.has(peer_id))
    if (changed) this.#tell()
    this.#watch()
  }

  /**
   * @param {Stream} stream
   * @param {boolean} shut who is muted is not listened for: that asks the browser's thread of sounds each time
   * @param {Mouth} [before]
   * @returns {Mouth}
   */
  #mouth({ peer_id, media }, shut, before = { loudSince: Infinity, until: -Infinity, packet: 0, speaks: false }) {
    const [track] = media?.getAudioTracks() ?? []
    const receiver = shut ? null : this.#doors.call.links.get(peer_id)?.pc.getReceivers().find((one) => one.track === track)
    const [source] = receiver?.getSynchronizationSources() ?? []
    const now = this.#doors.clock.now()
    // What was last said stands there long after the packets have stopped: only a new one says anything.
    const loud = Boolean(source && source.timestamp !== before.packet && (source.audioLevel ?? 0) > SPOKEN)
    const loudSince = loud ? Math.min(before.loudSince, now) : now - before.until > HANG_MS ? Infinity : before.loudSince
    const until = loud ? now : before.until
    const speaks = until - loudSince >= SURE_MS && now - until <= HANG_MS
    return { loudSince, until, packet: source?.timestamp ?? before.packet, speaks }
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}
