/**
 * My voice in a call: when it is taken, when it goes out, and whether I am muted or deafened, which mutes too. It goes out while the key is
 * held or the gate is open, by enabling the sent track; the level is heard on a clone, so it is known while muted as well. Muted for long,
 * nothing is sent at all. Without a microphone I am in the call all the same, and listen.
 *
 * Tells `change`, and `level` many times a second.
 */

import { Capture, end } from './capture.js'
import { decibels, gated, QUIET, SHUT, SILENCE, talked } from './gate.js'
import { leadTo, silence, sounds } from './sink.js'

const STREAM_ID = 'mic'
/** Muted for longer than this, the track is taken off: `enabled` alone still sends 50 packets a second to each. */
const LONG_MUTE_MS = 5_000
/** An ear that has heard nothing by then is broken, and a broken ear may not keep me from being heard. */
const EAR_MS = 2_000

/** @typedef {{muted: boolean, deafened: boolean, speaking: boolean}} Said */
/**
 * @typedef {EventTarget & {
 *   state: string,
 *   publish: (stream: {stream_id: string, kind: string, label: string, media: MediaStream}) => void,
 *   replace: (stream_id: string, track: MediaStreamTrack | null, kind: 'audio' | 'video') => void,
 *   say: (state: Said) => void,
 * }} Call what of a call is used here
 */
/** @typedef {(stream: MediaStream, hear: (rms: number) => void) => () => void} Listen */

export class Microphone extends EventTarget {
  #doors
  #capture
  #muted = false
  #sent = /** @type {MediaStreamTrack | null | undefined} */ (undefined)
  #longMuted = false
  #cutLongMute = /** @type {(() => void) | null} */ (null)
  #gate = SHUT
  #talk = QUIET
  #heardAt = 0
  #earBroken = false
  #unlisten = () => {}
  #echo = /** @type {{stream: MediaStream, player: import('./sink.js').Player} | null} */ (null)
  #seen = ''
  deafened = false
  testing = false
  /** In dBFS. */
  level = SILENCE

  /**
   * @param {object} doors
   * @param {Call} doors.call
   * @param {import('./settings.js').CallSettings} doors.settings
   * @param {import('./media-devices.js').MediaDevices} doors.devices
   * @param {import('./push-to-talk.js').PushToTalk} doors.talk
   * @param {Pick<import('../notices.js').Notices, 'say'>} doors.notices
   * @param {import('../clock.js').Clock} doors.clock
   * @param {Listen} doors.listen
   * @param {() => import('./sink.js').Player} doors.audio
   */
  constructor(doors) {
    super()
    this.#doors = doors
    this.#capture = new Capture(doors)
    this.#capture.addEventListener('change', () => this.#changed())
    doors.call.addEventListener('change', () => this.#look())
    for (const noun of [doors.settings, doors.talk, doors.devices]) noun.addEventListener('change', () => this.#look())
  }

  /** Whether the others cannot hear me, whatever I say. */
  get muted() {
    return this.#muted || this.deafened || (this.#inCall && !this.#capture.stream && !this.#capture.pending)
  }

  /** Whether there is a microphone at work. */
  get works() {
    return Boolean(this.#capture.stream)
  }

  get gateOpen() {
    return this.#gate.open || this.#earBroken
  }

  /** Whether the key or the gate would let me be heard. */
  get open() {
    const { settings, talk } = this.#doors
    return this.works && (settings.get().mode === 'ptt' ? talk.talks : this.gateOpen)
  }

  /** Whether I am heard right now. */
  get talking() {
    return this.#inCall && this.open && !this.muted && !this.testing
  }

  get mutedTalking() {
    return this.#inCall && this.works && this.muted && !this.testing && this.#talk.sure
  }

  /** Unmuting undeafens, and asks once more for a microphone that was refused. */
  async toggleMute() {
    const { devices, notices } = this.#doors
    const lacking = this.#inCall && !this.works
    this.#muted = !this.muted
    this.deafened = this.deafened && this.#muted
    this.#look()
    if (this.#muted || !lacking) return
    await this.#capture.retry()
    if (!this.works && devices.problem) notices.say(devices.problem)
  }

  /** Undeafened, I am as muted as before. */
  toggleDeafen() {
    this.deafened = !this.deafened
    this.#look()
  }

  /**
   * The button on the screen to talk with, for fingers.
   * @param {boolean} down
   */
  hold(down) {
    this.#doors.talk.hold(down)
  }

  /**
   * Lets me hear myself as the others would; they do not, meanwhile.
   * @param {boolean} on
   */
  async test(on) {
    this.testing = on
    this.#look()
    if (on) await this.#capture.retry()
  }

  get #inCall() {
    return this.#doors.call.state === 'in' || this.#doors.call.state === 'away'
  }

  /** There is another stream, or none. */
  #changed() {
    const { clock, listen } = this.#doors
    const { stream } = this.#capture
    this.#unlisten()
    this.#unlisten = () => {}
    this.#stopEcho()
    Object.assign(this, { level: SILENCE })
    this.#gate = SHUT
    this.#talk = QUIET
    this.#earBroken = false
    if (stream) {
      const ear = stream.clone()
      this.#heardAt = 0
      const stop = listen(ear, (rms) => this.#hear(rms))
      const cut = clock.after(EAR_MS, () => this.#doubt())
      this.#unlisten = () => [cut, stop, () => end(ear)].forEach((work) => work())
    }
    this.#look()
  }

  /** @param {number} rms */
  #hear(rms) {
    const now = this.#doors.clock.now()
    const level = decibels(rms)
    this.#gate = gated(this.#gate, level, this.#doors.settings.get().threshold, now)
    this.#talk = this.muted ? talked(this.#talk, this.#gate.open, Math.min(100, now - (this.#heardAt || now))) : QUIET
    this.#heardAt = now
    this.#earBroken = false
    this.level = level
    this.#apply()
    this.dispatchEvent(new CustomEvent('level'))
  }

  #doubt() {
    this.#earBroken = !this.#heardAt
    this.#apply()
  }

  #look() {
    void this.#capture.want(this.#doors.call.state !== 'out' || this.testing)
    this.#weighMute()
    this.#apply()
  }

  /** Brings what goes out in line with what is wanted; whoever follows is told if it made a difference. */
  #apply() {
    this.#give()
    this.#echoTest()
    const seen = [this.muted, this.deafened, this.talking, this.open, this.mutedTalking, this.testing, this.works, this.#inCall].join()
    if (seen === this.#seen) return
    this.#seen = seen
    if (this.#inCall) this.#doors.call.say({ muted: this.muted, deafened: this.deafened, speaking: this.talking })
    this.dispatchEvent(new CustomEvent('change'))
  }

  #weighMute() {
    const silent = this.#muted || this.deafened
    if (silent === Boolean(this.#cutLongMute)) return
    this.#cutLongMute?.()
    this.#longMuted = false
    this.#cutLongMute = silent ? this.#doors.clock.after(LONG_MUTE_MS, () => this.#muteForLong()) : null
  }

  #muteForLong() {
    this.#longMuted = true
    this.#look()
  }

  /** What goes out: published once a call, exchanged after. */
  #give() {
    const { call } = this.#doors
    const { stream } = this.#capture
    const track = stream?.getAudioTracks()[0] ?? null
    if (track) track.enabled = this.talking
    const due = this.#longMuted ? null : track
    if (!this.#inCall) return void (this.#sent = undefined)
    if (due === this.#sent || (this.#sent === undefined && !stream)) return
    const first = this.#sent === undefined
    this.#sent = first ? track : due
    if (first && stream) call.publish({ stream_id: STREAM_ID, kind: 'mic', label: '', media: stream })
    else call.replace(STREAM_ID, due, 'audio')
  }

  #echoTest() {
    const { audio, devices, settings } = this.#doors
    const { stream } = this.#capture
    if (!this.testing || !stream) return this.#stopEcho()
    if (!this.#echo) {
      const player = audio()
      this.#echo = { stream: stream.clone(), player }
      player.srcObject = this.#echo.stream
      void leadTo(player, devices.pick('outputs', settings.get().output)).then(() => sounds(player))
    }
    for (const track of this.#echo.stream.getTracks()) track.enabled = this.open
  }

  #stopEcho() {
    if (!this.#echo) return
    silence(this.#echo.player)
    end(this.#echo.stream)
    this.#echo = null
  }
}
