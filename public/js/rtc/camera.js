/**
 * My camera in a call: off until I switch it on, taken as the settings say, exchanged when another is picked, and let go with the call.
 * It may be switched on while my place is still asked for: whoever joins presses at once, and the call tells the others when I am in.
 * It is published once; off and on again is another track on the same senders, and nothing is negotiated.
 *
 * Tells `change`.
 */

import { end } from './capture.js'

const STREAM_ID = 'cam'
/** Of so many people on, nobody sees me larger than this. */
const CROWD = 5
const LARGE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } }
const SMALL = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 20, max: 30 } }

/**
 * @typedef {EventTarget & {
 *   state: string,
 *   peers: unknown[],
 *   publish: (stream: {stream_id: string, kind: string, label: string, media: MediaStream}) => unknown,
 *   replace: (stream_id: string, track: MediaStreamTrack | null, kind: 'audio' | 'video') => unknown,
 *   update: (stream_id: string, change: {muted: boolean}) => unknown,
 *   say: (state: {cam: boolean}) => unknown,
 * }} Call what of a call is used here
 */

export class Camera extends EventTarget {
  #doors
  #published = false
  #picked = ''
  #turn = 0
  /** Wanted, and not there yet. */
  pending = false
  /** What I see of myself. */
  media = /** @type {MediaStream | null} */ (null)

  /**
   * @param {object} doors
   * @param {Call} doors.call
   * @param {Pick<import('./settings.js').CallSettings, 'get' | 'addEventListener'>} doors.settings
   * @param {Pick<import('./media-devices.js').MediaDevices, 'take' | 'pick' | 'problemOf' | 'addEventListener'>} doors.devices
   * @param {Pick<import('../notices.js').Notices, 'say'>} doors.notices
   */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.call.addEventListener('change', () => this.#stand())
    doors.call.addEventListener('refused', (event) => this.#refused(/** @type {CustomEvent} */ (event).detail.stream_id))
    doors.settings.addEventListener('change', () => void this.#repick())
  }

  get on() {
    return Boolean(this.media)
  }

  toggle() {
    return this.on || this.pending ? this.stop() : this.start()
  }

  async start() {
    if (this.on || this.pending || !this.#inCall) return
    const media = await this.#take()
    if (media) this.#show(media)
  }

  stop() {
    const before = this.media
    this.#turn++
    this.pending = false
    this.media = null
    if (before) {
      if (this.#published && this.#inCall) this.#hide()
      end(before)
    }
    this.#tell()
  }

  get #inCall() {
    return this.#doors.call.state !== 'out'
  }

  /** @returns {Promise<MediaStream | null>} null when it cannot be, or is not wanted any more */
  async #take() {
    const { devices, settings, call, notices } = this.#doors
    const turn = ++this.#turn
    this.pending = true
    this.#tell()
    const wishes = call.peers.length >= CROWD ? SMALL : LARGE
    const media = await devices.take('video', settings.get().camera, wishes)
    if (turn !== this.#turn || !this.#inCall) {
      if (media) end(media)
      return null
    }
    this.pending = false
    this.#picked = devices.pick('cameras', settings.get().camera)
    if (!media) notices.say(devices.problemOf('video') || 'The camera could not be started.')
    this.#tell()
    return media
  }

  /** @param {MediaStream} media */
  #show(media) {
    const { call } = this.#doors
    const [track] = media.getVideoTracks()
    if (!track) return end(media)
    const before = this.media
    this.media = media
    track.addEventListener('ended', () => this.media === media && this.stop())
    if (!this.#published) call.publish({ stream_id: STREAM_ID, kind: 'cam', label: '', media })
    else call.replace(STREAM_ID, track, 'video')
    if (this.#published) call.update(STREAM_ID, { muted: false })
    call.say({ cam: true })
    this.#published = true
    if (before) end(before)
    this.#tell()
  }

  #hide() {
    const { call } = this.#doors
    call.replace(STREAM_ID, null, 'video')
    call.update(STREAM_ID, { muted: true })
    call.say({ cam: false })
  }

  /** Another camera was picked. */
  async #repick() {
    const { devices, settings } = this.#doors
    if (!this.on || this.pending || devices.pick('cameras', settings.get().camera) === this.#picked) return
    const media = await this.#take()
    if (media) this.#show(media)
  }

  /**
   * Nobody will see it, and the call has said why: off, and the next time published anew.
   * @param {string} stream_id
   */
  #refused(stream_id) {
    if (stream_id !== STREAM_ID) return
    this.#published = false
    this.stop()
    this.#doors.call.say({ cam: false })
  }

  #stand() {
    if (this.#doors.call.state !== 'out') return
    this.#published = false
    if (this.on || this.pending) this.stop()
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}
