/**
 * The browser's own ways to call somebody: lines on the desktop and two short tones. All of them may be missing or forbidden; then nothing
 * happens, and `leave` says why.
 */

import { spotIn } from '../shell.js'

const ICON = '/icons/192.png'
const TONES = Object.freeze({
  mention: [[660, 0], [880, 0.12]], message: [[520, 0]], join: [[440, 0], [587, 0.1]], leave: [[587, 0], [440, 0.1]],
  call: [[523, 0], [659, 0.15], [784, 0.3], [523, 0.8], [659, 0.95], [784, 1.1]],
})
const LOUD = 0.12
const LONG = 0.25

/** @typedef {import('../alerts.js').Call} Call */
/** @typedef {import('../alerts.js').Line} Line */

export class BrowserDesk {
  #audio = /** @type {AudioContext | null} */ (null)
  #worker = /** @type {ServiceWorkerRegistration | null} */ (null)

  /** @param {ServiceWorkerContainer | undefined} workers */
  constructor(workers) {
    void workers?.ready.then((worker) => (this.#worker = worker)).catch(() => {})
  }

  looking() {
    return document.visibilityState === 'visible'
  }

  /** @returns {'granted' | 'denied' | 'default' | 'missing'} */
  leave() {
    return 'Notification' in globalThis && isSecureContext ? Notification.permission : 'missing'
  }

  /** Only when somebody has pressed something: browsers want it so, and people too. */
  async ask() {
    if (this.leave() === 'default') await Notification.requestPermission().catch(() => {})
    return this.leave() === 'granted'
  }

  /**
   * By the service worker where there is one: phones know no other way, and there it outlives the page.
   * @param {Call} call
   * @returns {Line | null}
   */
  call({ title, body, tag, room_id, seq, open }) {
    if (this.leave() !== 'granted') return null
    const said = { body, tag, icon: ICON, silent: true, dir: /** @type {const} */ ('auto') }
    if (this.#worker) return standing(this.#worker, title, { ...said, data: { room_id, seq } })
    try {
      const line = new Notification(title, said)
      line.onclick = () => {
        window.focus()
        line.close()
        open()
      }
      return line
    } catch {
      return null // a phone before its worker is up
    }
  }

  async standing() {
    const lines = (await this.#worker?.getNotifications().catch(() => [])) ?? []
    return lines.map((line) => ({ ...spotIn(line.data), tag: line.tag, close: () => line.close() }))
  }

  /** @param {keyof typeof TONES} kind */
  sound(kind) {
    try {
      this.#audio ??= new AudioContext()
      const { currentTime, state } = this.#audio
      if (state === 'suspended') void this.#audio.resume().catch(() => {}) // until somebody has pressed something
      for (const [pitch = 0, after = 0] of TONES[kind]) this.#tone(this.#audio, pitch, currentTime + after)
    } catch {
      // no sound here
    }
  }

  /**
   * @param {AudioContext} audio
   * @param {number} pitch
   * @param {number} at
   */
  #tone(audio, pitch, at) {
    const [tone, gain] = [audio.createOscillator(), audio.createGain()]
    tone.frequency.value = pitch
    gain.gain.setValueAtTime(0, at)
    gain.gain.linearRampToValueAtTime(LOUD, at + 0.02)
    gain.gain.exponentialRampToValueAtTime(0.0001, at + LONG)
    tone.connect(gain).connect(audio.destination)
    tone.start(at)
    tone.stop(at + LONG)
  }
}

/**
 * A line that the worker holds. Closing it leaves alone a newer one of the same tag.
 * @param {ServiceWorkerRegistration} worker
 * @param {string} title
 * @param {NotificationOptions & {tag: string, data: import('../alerts.js').Spot}} options
 * @returns {Line}
 */
function standing(worker, title, options) {
  const { tag, data } = options
  const shown = worker.showNotification(title, options)
  const close = async () => {
    await shown
    for (const line of await worker.getNotifications({ tag })) if (spotIn(line.data).seq <= data.seq) line.close()
  }
  shown.catch(() => {}) // the leave was taken back
  return { close: () => void close().catch(() => {}) }
}
