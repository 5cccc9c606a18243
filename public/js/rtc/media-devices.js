/**
 * The microphones, cameras and speakers of this device as they come and go, and the one way to take one of them. A picked device that is
 * not there is replaced by the usual one, and said once. When nothing can be taken, `problem` says exactly why and what to do.
 *
 * Tells `change`.
 */

import { sentence } from './media-problems.js'

/** @typedef {{id: string, label: string}} Device */
/** @typedef {'audio' | 'video'} Kind */
/** @typedef {import('./media-problems.js').Why} Why */

const LISTS = Object.freeze({ audioinput: 'inputs', audiooutput: 'outputs', videoinput: 'cameras' })
const NAMES = Object.freeze({ inputs: 'Microphone', outputs: 'Speakers', cameras: 'Camera' })
const MISSED = Object.freeze({
  inputs: 'Your chosen microphone is not there. The usual one is used until it is back.',
  outputs: 'Your chosen speakers are not there. The usual ones are used until they are back.',
  cameras: 'Your chosen camera is not there. The usual one is used until it is back.',
})
/** Entries that only point at another one of the list. */
const POINTERS = new Set(['default', 'communications'])

export class MediaDevices extends EventTarget {
  #media
  #secure
  #origin
  #notices
  #why = /** @type {Record<Kind, Why | ''>} */ ({ audio: '', video: '' })
  #missed = new Set()
  /** Whether the lists can be believed: without leave a browser names no device. */
  #known = false
  /** How often something was plugged in or out. */
  turns = 0
  inputs = /** @type {Device[]} */ ([])
  outputs = /** @type {Device[]} */ ([])
  cameras = /** @type {Device[]} */ ([])

  /**
   * @param {object} doors
   * @param {globalThis.MediaDevices | undefined} doors.media
   * @param {boolean} doors.secure
   * @param {string} doors.origin
   * @param {Pick<import('../notices.js').Notices, 'say'>} doors.notices
   */
  constructor({ media, secure, origin, notices }) {
    super()
    this.#media = media
    this.#secure = secure
    this.#origin = origin
    this.#notices = notices
    media?.addEventListener?.('devicechange', () => {
      this.turns++
      void this.refresh()
    })
  }

  /** Why there is no microphone, and the way out; empty while there is nothing to complain of. */
  get problem() {
    return this.problemOf('audio')
  }

  /** @param {Kind} kind */
  problemOf(kind) {
    const why = this.lack || this.#why[kind]
    return why && sentence(why, kind, this.#origin)
  }

  /**
   * Why there can be no device at all on this page.
   * @returns {'insecure' | 'missing' | ''}
   */
  get lack() {
    if (this.#media?.getUserMedia) return ''
    return this.#secure ? 'missing' : 'insecure'
  }

  /** Reads the lists anew. Never fails. */
  async refresh() {
    const found = (await this.#media?.enumerateDevices?.().catch(() => null)) ?? null
    if (!found) return
    this.#known = found.some(({ deviceId, label }) => deviceId && label)
    for (const [kind, list] of /** @type {Array<[MediaDeviceKind, 'inputs' | 'outputs' | 'cameras']>} */ (Object.entries(LISTS))) {
      const own = found.filter((device) => device.kind === kind && device.deviceId && !POINTERS.has(device.deviceId))
      this[list] = own.map(({ deviceId, label }, i) => ({ id: deviceId, label: label || `${NAMES[list]} ${i + 1}` }))
    }
    this.#tell()
  }

  /**
   * The picked device if it is there, else '' for the usual one.
   * @param {'inputs' | 'outputs' | 'cameras'} list
   * @param {string} id
   */
  pick(list, id) {
    if (!id || !this.#known || !this[list].length) return id
    const there = this[list].some((device) => device.id === id)
    if (there) this.#missed.delete(id)
    else this.#miss(list, id)
    return there ? id : ''
  }

  /**
   * Takes a device. What goes wrong is in `problemOf(kind)`.
   * @param {Kind} kind
   * @param {string} id '' for the usual one
   * @param {MediaTrackConstraints} wishes
   * @returns {Promise<MediaStream | null>}
   */
  async take(kind, id, wishes) {
    const media = this.#media
    if (this.lack || !media) return null
    const list = kind === 'audio' ? 'inputs' : 'cameras'
    try {
      const stream = await this.#ask(media, kind, this.pick(list, id), wishes)
      this.#mark(kind, '')
      await this.refresh() // only now the devices have names
      return stream
    } catch (error) {
      this.#mark(kind, whyNot(error))
      return null
    }
  }

  /**
   * @param {globalThis.MediaDevices} media
   * @param {Kind} kind
   * @param {string} id
   * @param {MediaTrackConstraints} wishes
   */
  async #ask(media, kind, id, wishes) {
    try {
      return await media.getUserMedia({ [kind]: id ? { ...wishes, deviceId: { exact: id } } : wishes })
    } catch (error) {
      if (!id || !['OverconstrainedError', 'NotFoundError'].includes(nameOf(error))) throw error
      const stream = await media.getUserMedia({ [kind]: wishes })
      this.#miss(kind === 'audio' ? 'inputs' : 'cameras', id)
      return stream
    }
  }

  /**
   * @param {'inputs' | 'outputs' | 'cameras'} list
   * @param {string} id
   */
  #miss(list, id) {
    if (this.#missed.has(id)) return
    this.#missed.add(id)
    this.#notices.say(MISSED[list])
  }

  /**
   * @param {Kind} kind
   * @param {Why | ''} why
   */
  #mark(kind, why) {
    if (this.#why[kind] === why) return
    this.#why[kind] = why
    this.#tell()
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/** @param {unknown} error */
const nameOf = (error) => String(Object(error).name)

/**
 * @param {unknown} error
 * @returns {Why}
 */
function whyNot(error) {
  switch (nameOf(error)) {
    case 'NotAllowedError': return /system/i.test(String(Object(error).message)) ? 'held' : 'denied'
    case 'SecurityError': return 'denied'
    case 'NotFoundError': return 'none'
    case 'OverconstrainedError': return 'none'
    default: return 'busy'
  }
}
