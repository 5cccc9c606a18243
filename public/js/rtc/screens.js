/**
 * What I show of this device in a call: screens, windows and tabs, several at once, each a stream of its own and its sound another. What
 * the browser ends, or I, is unpublished; with the call all end.
 *
 * Tells `change`.
 */

import { echoes, options, PRESETS, surfaceOf } from './display.js'

/** @typedef {import('./display.js').Preset} Preset */
/** @typedef {{stream_id: string, kind: string, name: string, media: MediaStream, audio: MediaStream | null}} Share */
/**
 * @typedef {EventTarget & {
 *   state: string,
 *   publish: (stream: {stream_id: string, kind: string, label: string, media: MediaStream}) => unknown,
 *   unpublish: (stream_id: string) => unknown,
 * }} Call what of a call is used here
 */

/** With a sound each, a microphone and a camera they are the eight streams that a peer may have. */
const MOST = 3
const ECHO = 'This screen is shared without its sound: it would bring the others their own voices back. Share a tab or a window for its sound.'

export class Screens extends EventTarget {
  #doors
  #made = 0
  #asking = false
  shares = /** @type {Share[]} */ ([])

  /**
   * @param {object} doors
   * @param {Call} doors.call
   * @param {MediaDevices | undefined} doors.media
   * @param {(tracks: MediaStreamTrack[]) => MediaStream} doors.stream
   * @param {Pick<import('../notices.js').Notices, 'say'>} doors.notices
   */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.call.addEventListener('change', () => doors.call.state === 'out' && this.#endAll())
    doors.call.addEventListener('refused', (event) => this.#refused(/** @type {CustomEvent} */ (event).detail.stream_id))
  }

  /** Phones have no such thing, nor has plain http. */
  get possible() {
    return typeof this.#doors.media?.getDisplayMedia === 'function'
  }

  /**
   * Only from a press: the browser asks what to share.
   * @param {Preset} preset
   * @returns {Promise<string[]>} the streams, none when nothing was chosen
   */
  async start(preset) {
    const { notices } = this.#doors
    if (this.#asking || !this.possible || !this.#inCall) return []
    if (this.shares.length >= MOST) {
      notices.say(`You share ${MOST} screens already. Stop one first.`)
      return []
    }
    const captured = await this.#capture(preset)
    if (!captured) return []
    if (this.#inCall) return this.#show(captured, preset)
    stopAll(captured)
    return []
  }

  /** @param {string} stream_id */
  stop(stream_id) {
    const share = this.shares.find((one) => one.stream_id === stream_id)
    if (!share) return
    this.shares = this.shares.filter((one) => one !== share)
    for (const one of [share.audio && `${stream_id}a`, stream_id]) if (one && this.#inCall) this.#doors.call.unpublish(one)
    stopAll(share.media)
    if (share.audio) stopAll(share.audio)
    this.#tell()
  }

  /** Also while my place is still asked for: what I show then is told when I am in. */
  get #inCall() {
    return this.#doors.call.state !== 'out'
  }

  /** @param {Preset} preset */
  async #capture(preset) {
    const { media, notices } = this.#doors
    this.#asking = true
    try {
      return await /** @type {MediaDevices} */ (media).getDisplayMedia(/** @type {any} */ (options(preset, supportedBy(media))))
    } catch (error) {
      if (Object(error).name !== 'NotAllowedError') notices.say('The screen could not be captured. The system may not allow it for this browser.')
      return null // whoever was asked said no: nothing to add
    } finally {
      this.#asking = false
    }
  }

  /**
   * @param {MediaStream} captured
   * @param {Preset} preset
   */
  #show(captured, preset) {
    const { call, stream } = this.#doors
    const [[video], [sound]] = [captured.getVideoTracks(), captured.getAudioTracks()]
    if (!video) return []
    video.contentHint = PRESETS[preset].hint
    const kind = surfaceOf(video)
    const stream_id = `s${++this.#made}`
    const audio = this.#guarded(video, sound)
    const share = { stream_id, kind, name: this.#name(kind), media: stream([video]), audio: audio && stream([audio]) }
    this.shares = [...this.shares, share]
    call.publish({ stream_id, kind, label: share.name, media: share.media })
    if (share.audio) call.publish({ stream_id: `${stream_id}a`, kind: 'screen-audio', label: share.name, media: share.audio })
    video.addEventListener('ended', () => this.stop(stream_id))
    audio?.addEventListener('ended', () => this.#hush(share))
    this.#tell()
    return share.audio ? [stream_id, `${stream_id}a`] : [stream_id]
  }

  /**
   * @param {MediaStreamTrack} video
   * @param {MediaStreamTrack | undefined} sound
   */
  #guarded(video, sound) {
    if (!sound) return null
    if (!echoes(video, sound)) {
      sound.contentHint = 'music'
      return sound
    }
    sound.stop()
    this.#doors.notices.say(ECHO)
    return null
  }

  /**
   * The sound alone has ended.
   * @param {Share} share
   */
  #hush(share) {
    if (!share.audio || !this.shares.includes(share)) return
    share.audio = null
    if (this.#inCall) this.#doors.call.unpublish(`${share.stream_id}a`)
  }

  /**
   * Nobody will see or hear it, and the call has said why.
   * @param {string} stream_id
   */
  #refused(stream_id) {
    const share = this.shares.find((one) => `${one.stream_id}a` === stream_id)
    if (!share?.audio) return this.stop(stream_id)
    stopAll(share.audio)
    this.#hush(share)
  }

  /**
   * No two of mine have the same.
   * @param {string} kind
   */
  #name(kind) {
    const taken = new Set(this.shares.map(({ name }) => name))
    for (let nth = 1; ; nth++) {
      const name = nth > 1 ? `${kind} ${nth}` : kind
      if (!taken.has(name)) return name
    }
  }

  #endAll() {
    for (const { stream_id } of this.shares) this.stop(stream_id)
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/** @param {MediaDevices | undefined} media */
const supportedBy = (media) => /** @type {Record<string, unknown>} */ (media?.getSupportedConstraints?.() ?? {})

/** @param {MediaStream} media */
function stopAll(media) {
  for (const track of media.getTracks()) track.stop()
}
