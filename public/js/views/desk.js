/**
 * The browser's own ways to call somebody: lines on the desktop and two short tones. All of them may be missing or forbidden; then nothing
 * happens, and `leave` says why.
 */

const ICON = '/icons/192.png'
const TONES = Object.freeze({ mention: [[660, 0], [880, 0.12]], message: [[520, 0]] })
const LOUD = 0.12
const LONG = 0.25

/** @typedef {import('../alerts.js').Call} Call */

export class BrowserDesk {
  #audio = /** @type {AudioContext | null} */ (null)

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
   * @param {Call} call
   * @returns {{close: () => void} | null}
   */
  call({ title, body, tag, open }) {
    if (this.leave() !== 'granted') return null
    try {
      const line = new Notification(title, { body, tag, icon: ICON, silent: true, dir: 'auto' })
      line.onclick = () => {
        window.focus()
        line.close()
        open()
      }
      return line
    } catch {
      return null // phones leave it to the service worker, which would outlive the page
    }
  }

  /** @param {'mention' | 'message'} kind */
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
