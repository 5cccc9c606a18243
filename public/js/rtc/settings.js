/**
 * How I want to be in calls: devices, how I talk, what I let go up, and how loud each of the others is. Kept per user in this browser and
 * the same in all its tabs. What is kept may be damaged or from another version: then the usual holds.
 *
 * Tells `change`.
 */

/** @typedef {{type: 'key' | 'mouse', code: string}} TalkKey `code` of a KeyboardEvent, or the number of a mouse button */
/**
 * @typedef {object} CallChoices
 * @property {'ptt' | 'voice'} mode
 * @property {TalkKey} pttKey
 * @property {boolean} pttToggle press once to talk, once more to stop
 * @property {number} threshold in dBFS: what is louder is voice
 * @property {string} input device ids; '' is the usual one
 * @property {string} output
 * @property {string} camera
 * @property {boolean} noise
 * @property {boolean} echo
 * @property {boolean} gain
 * @property {boolean} sounds
 * @property {boolean} relayOnly
 * @property {number} upload Mbit/s
 */
/** @typedef {'voice' | 'stream'} Loudness of somebody's voice, or of what they show */

export const UPLOADS = Object.freeze([1, 3, 8, 20])
export const QUIETEST = -80
export const LOUDEST = 0

/** @type {Readonly<CallChoices>} */
export const USUAL = Object.freeze({
  mode: 'voice', pttKey: Object.freeze({ type: /** @type {const} */ ('key'), code: 'ControlRight' }), pttToggle: false, threshold: -50,
  input: '', output: '', camera: '', noise: true, echo: true, gain: true, sounds: true, relayOnly: false, upload: 3,
})

/** @type {Record<keyof CallChoices, (value: any) => boolean>} */
const SOUND = {
  mode: (value) => value === 'ptt' || value === 'voice',
  pttKey: (value) => isTalkKey(value),
  pttToggle: isSwitch,
  threshold: (value) => Number.isFinite(value) && value >= QUIETEST && value <= LOUDEST,
  input: isId,
  output: isId,
  camera: isId,
  noise: isSwitch,
  echo: isSwitch,
  gain: isSwitch,
  sounds: isSwitch,
  relayOnly: isSwitch,
  upload: (value) => UPLOADS.includes(value),
}
const NAMES = /** @type {Array<keyof CallChoices>} */ (Object.keys(SOUND))

export class CallSettings extends EventTarget {
  #doors
  /** Read many times a second while somebody talks. */
  #read = { user: '', choices: /** @type {CallChoices | null} */ (null) }

  /** @param {{shelf: import('../shelf.js').Shelf, user: () => string}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
  }

  /** @returns {CallChoices} */
  get() {
    const user = this.#doors.user()
    if (this.#read.user !== user || !this.#read.choices) this.#read = { user, choices: withSound(this.#doors.shelf.get(this.#key('choices'))) }
    return /** @type {CallChoices} */ (this.#read.choices)
  }

  /** @param {Partial<CallChoices>} change */
  choose(change) {
    const before = this.get()
    const after = withSound({ ...before, ...change })
    if (JSON.stringify(before) !== JSON.stringify(after)) this.#keep('choices', after)
  }

  /**
   * @param {string} user_id
   * @param {Loudness} of
   * @returns {number} 0 to 1
   */
  volume(user_id, of) {
    const kept = this.#doors.shelf.get(this.#key(`volume/${user_id}/${of}`))
    return isVolume(kept) ? kept : 1
  }

  /**
   * @param {string} user_id
   * @param {Loudness} of
   * @param {number} volume 0 to 1
   */
  setVolume(user_id, of, volume) {
    if (isVolume(volume)) this.#keep(`volume/${user_id}/${of}`, volume)
  }

  /**
   * Another tab has changed the shelf.
   * @param {string} key
   */
  heard(key) {
    if (key.startsWith(this.#key(''))) this.#tell()
  }

  /**
   * @param {string} what
   * @param {unknown} value
   */
  #keep(what, value) {
    if (this.#doors.user()) this.#doors.shelf.put(this.#key(what), value)
    this.#tell()
  }

  /** @param {string} what */
  #key(what) {
    return `${this.#doors.user()}/calls/${what}`
  }

  #tell() {
    this.#read = { user: '', choices: null }
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/**
 * @param {unknown} kept
 * @returns {CallChoices}
 */
function withSound(kept) {
  const given = Object(kept)
  const choices = /** @type {Record<string, unknown>} */ ({})
  for (const name of NAMES) choices[name] = SOUND[name](given[name]) ? given[name] : USUAL[name]
  return /** @type {any} */ (choices)
}

/** @param {unknown} value */
function isSwitch(value) {
  return typeof value === 'boolean'
}

/** @param {unknown} value */
function isId(value) {
  return typeof value === 'string' && value.length <= 256
}

/** @param {any} value */
function isTalkKey(value) {
  const { type, code } = Object(value)
  return typeof code === 'string' && (type === 'key' ? /^\w{1,32}$/.test(code) : type === 'mouse' && /^\d{1,2}$/.test(code))
}

/** @param {unknown} value */
const isVolume = (value) => typeof value === 'number' && value >= 0 && value <= 1
