/**
 * The sound of my microphone while it is wanted: taken as the settings say, taken anew when they change or the device goes, and let go
 * when nobody wants it. The new one is there before the old one ends, and what failed is tried again only when something has changed.
 *
 * Tells `change` when there is another stream, or none.
 */

/** @typedef {import('./settings.js').CallChoices} CallChoices */

export class Capture extends EventTarget {
  #settings
  #devices
  #wanted = false
  #is = ''
  #failed = ''
  #settling = /** @type {Promise<void> | null} */ (null)
  #again = false
  stream = /** @type {MediaStream | null} */ (null)

  /** @param {{settings: import('./settings.js').CallSettings, devices: import('./media-devices.js').MediaDevices}} doors */
  constructor({ settings, devices }) {
    super()
    this.#settings = settings
    this.#devices = devices
    for (const noun of [settings, devices]) noun.addEventListener('change', () => void this.#settle())
  }

  /** Whether it may yet come: somebody may sit before the browser's question. */
  get pending() {
    return this.#wanted && !this.stream && this.#attempt(this.#wished()) !== this.#failed
  }

  /**
   * @param {boolean} wanted
   * @returns {Promise<void>} when it is so, or cannot be
   */
  want(wanted) {
    if (wanted !== this.#wanted) this.#failed = ''
    this.#wanted = wanted
    return this.#settle()
  }

  /** Somebody may have allowed by now what was refused. */
  retry() {
    this.#failed = ''
    return this.#settle()
  }

  /** One at a time: whatever changes meanwhile is looked at after. */
  #settle() {
    this.#again = true
    this.#settling ??= this.#untilSettled().finally(() => (this.#settling = null))
    return this.#settling
  }

  async #untilSettled() {
    await null // so that whoever is told of a change, and asks again, finds this under way
    while (this.#again) {
      this.#again = false
      await this.#step()
    }
  }

  async #step() {
    const wished = this.#wished()
    if (!wished) return this.#become(null)
    if (wished === this.#is || this.#attempt(wished) === this.#failed) return
    const choices = this.#settings.get()
    const stream = await this.#devices.take('audio', choices.input, wishes(choices))
    if (!stream) {
      this.#failed = this.#attempt(this.#wished(choices))
      return this.#tell()
    }
    if (!this.#wanted) return end(stream)
    this.#is = this.#wished(choices) // by now the devices are known
    this.#become(stream)
  }

  /** @param {MediaStream | null} stream */
  #become(stream) {
    const before = this.stream
    if (before === stream) return
    this.stream = stream
    if (!stream) this.#is = ''
    stream?.getTracks()[0]?.addEventListener('ended', () => this.#lost(stream))
    this.#tell()
    if (before) end(before)
  }

  /** @param {MediaStream} stream */
  #lost(stream) {
    if (stream !== this.stream) return
    this.#become(null)
    void this.#settle()
  }

  /** What there should be, as a text to compare; empty for nothing. */
  #wished(choices = this.#settings.get()) {
    if (!this.#wanted) return ''
    return JSON.stringify([this.#devices.pick('inputs', choices.input), wishes(choices)])
  }

  /** @param {string} wished */
  #attempt(wished) {
    return `${this.#devices.turns} ${wished}`
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/**
 * @param {CallChoices} choices
 * @returns {MediaTrackConstraints}
 */
const wishes = ({ noise, echo, gain }) => ({ noiseSuppression: noise, echoCancellation: echo, autoGainControl: gain })

/** @param {MediaStream} stream */
export function end(stream) {
  for (const track of stream.getTracks()) track.stop()
}
