/**
 * A short sound when somebody comes into my call or goes, and when I do: unless I want none, or do not want to be disturbed.
 */

/** A crowd that comes at once is one sound. */
const APART_MS = 400

export class CallSounds {
  #doors
  #in = false
  #sounded = -Infinity

  /**
   * @param {object} doors
   * @param {EventTarget & {state: string}} doors.call
   * @param {import('./settings.js').CallSettings} doors.settings
   * @param {import('../levels.js').Levels} doors.levels
   * @param {import('../clock.js').Clock} doors.clock
   * @param {Pick<import('../alerts.js').Desk, 'sound'>} doors.desk
   */
  constructor(doors) {
    this.#doors = doors
    const { call } = doors
    call.addEventListener('change', () => this.#stand())
    call.addEventListener('peer', (event) => {
      const { kind } = /** @type {CustomEvent} */ (event).detail
      if (this.#in && (kind === 'join' || kind === 'leave')) this.#sound(kind)
    })
  }

  /** A call that is only cut off for a moment is not left. */
  #stand() {
    const { state } = this.#doors.call
    if (state === 'joining' || (state !== 'out') === this.#in) return
    this.#in = state !== 'out'
    this.#sound(this.#in ? 'join' : 'leave')
  }

  /** @param {'join' | 'leave'} kind */
  #sound(kind) {
    const { settings, levels, clock, desk } = this.#doors
    if (!settings.get().sounds || levels.ways.dnd || clock.now() - this.#sounded < APART_MS) return
    this.#sounded = clock.now()
    desk.sound(kind)
  }
}
