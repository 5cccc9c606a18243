/**
 * A key or a mouse button that lets me be heard: while it is held, or from one press to the next. Knows no page: what is pressed where is
 * told to it. A plain letter in a field to write in is a letter, and nothing hangs when the page loses the keyboard.
 *
 * Tells `change`.
 */

/** Words keep their ends. */
export const TAIL_MS = 200
export const ONLY_HERE = 'A web page hears keys only while it is in front. Beside a game, use voice activation, or a key that is pressed once to talk and once more to stop.'
/** Keys that neither write nor move anything, so that they can be talked with while writing. */
const SILENT = /^((Control|Shift|Alt|Meta|OS)(Left|Right)|F\d{1,2}|CapsLock|ScrollLock|NumLock|Pause|Insert|ContextMenu|(Media|Audio|Browser|Launch)\w+)$/
/** Keys that the page cannot do without. */
const NEEDED = new Set(['Tab', 'Enter', 'NumpadEnter', 'Escape'])
/** The button that everything is pressed with, and the one for menus. */
const NEEDED_BUTTONS = new Set(['0', '2'])

/** @typedef {import('./settings.js').TalkKey} TalkKey */
/** @typedef {TalkKey & {repeat?: boolean, writing?: boolean, pressing?: boolean}} Press `writing`: in a text field; `pressing`: on a button or its like */

export class PushToTalk extends EventTarget {
  #settings
  #clock
  #down = false
  #byHand = false
  #on = false
  #cutTail = () => {}
  /** Whether I want to be heard now. */
  talks = false

  /** @param {{settings: import('./settings.js').CallSettings, clock: import('../clock.js').Clock}} doors */
  constructor({ settings, clock }) {
    super()
    this.#settings = settings
    this.#clock = clock
    settings.addEventListener('change', () => this.#stop())
  }

  /**
   * @param {Press} press
   * @returns {boolean} whether it was meant for me, and nobody else should act on it
   */
  down(press) {
    const { mode } = this.#settings.get()
    if (mode !== 'ptt' || !this.#isMine(press) || isTaken(press)) return false
    if (!press.repeat && !this.#down) this.#press()
    return true
  }

  /**
   * @param {Press} press
   * @returns {boolean}
   */
  up(press) {
    if (!this.#down || !this.#isMine(press)) return false
    this.#down = false
    this.#look()
    return true
  }

  /**
   * The button on the screen, for fingers.
   * @param {boolean} down
   */
  hold(down) {
    if (down === this.#byHand) return
    this.#byHand = down
    if (down && this.#settings.get().pttToggle) this.#on = !this.#on
    this.#look()
  }

  /** The page no longer hears keys: what is held counts as let go, what was switched on stays on. */
  letGo() {
    this.#down = this.#byHand = false
    this.#look()
  }

  #press() {
    this.#down = true
    if (this.#settings.get().pttToggle) this.#on = !this.#on
    this.#look()
  }

  #stop() {
    const { mode, pttToggle } = this.#settings.get()
    if (mode !== 'ptt') this.#down = this.#byHand = false
    if (mode !== 'ptt' || !pttToggle) this.#on = false
    this.#look()
  }

  #look() {
    const wanted = this.#settings.get().pttToggle ? this.#on : this.#down || this.#byHand
    this.#cutTail()
    if (wanted || !this.talks) return this.#become(wanted)
    this.#cutTail = this.#clock.after(TAIL_MS, () => this.#become(false))
  }

  /** @param {boolean} talks */
  #become(talks) {
    if (talks === this.talks) return
    this.talks = talks
    this.dispatchEvent(new CustomEvent('change'))
  }

  /** @param {Press} press */
  #isMine({ type, code }) {
    const { pttKey } = this.#settings.get()
    return pttKey.type === type && pttKey.code === code
  }
}

/** @param {Press} press */
const isTaken = ({ type, code, writing = false, pressing = false }) => type === 'key' && ((writing && !SILENT.test(code)) || (pressing && code === 'Space'))

/**
 * Whether one can talk with it at all.
 * @param {TalkKey} key
 */
export const mayTalk = ({ type, code }) => (type === 'mouse' ? !NEEDED_BUTTONS.has(code) : Boolean(code) && !NEEDED.has(code))

const SIDES = /^(Control|Shift|Alt|Meta)(Left|Right)$/
const BUTTONS = /** @type {Record<string, string>} */ ({ 1: 'Middle mouse button', 3: 'Mouse button 4 (back)', 4: 'Mouse button 5 (forward)' })

/**
 * What a person calls it.
 * @param {TalkKey} key
 */
export function nameOf({ type, code }) {
  if (type === 'mouse') return BUTTONS[code] ?? `Mouse button ${Number(code) + 1}`
  const [, key, side] = SIDES.exec(code) ?? []
  if (key && side) return `${side} ${key === 'Control' ? 'Ctrl' : key}`
  return code.replace(/^Key(?=.$)/, '').replace(/^Digit/, '').replace(/^Numpad(?=.)/, 'Numpad ').replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
}
