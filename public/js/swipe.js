/**
 * One finger across the page, as numbers: whether it pulls a panel, how far that has come, and whether to let it go there. Knows no page.
 */

const EDGE_PX = 40
const SURE_PX = 10
const FAR = 0.35
const QUICK_PX_MS = 0.4

/** @typedef {{x: number, y: number, ms: number}} Touch */
/** @typedef {'rooms' | 'side'} Panel */
/** @typedef {{panel: Panel, opens: boolean}} Pull */

export class Swipe {
  #from
  #last
  #width
  #pane
  #speed = 0
  /** What it pulls, once that is sure; null for nothing, and then for good. */
  pull = /** @type {Pull | null | undefined} */ (undefined)

  /**
   * @param {Touch} touch
   * @param {{width: number, pane: import('./here.js').Pane, back: boolean}} page `back`: whether there is a room behind the panel
   */
  constructor(touch, { width, pane, back }) {
    this.#from = this.#last = touch
    this.#width = width
    this.#pane = pane
    if (pane === 'room' ? touch.x > EDGE_PX : !back) this.pull = null
  }

  /** @param {Touch} touch */
  move(touch) {
    const ms = touch.ms - this.#last.ms
    if (ms > 0) this.#speed = (touch.x - this.#last.x) / ms
    this.#last = touch
    const [dx, dy] = [touch.x - this.#from.x, touch.y - this.#from.y]
    if (this.pull === undefined && Math.hypot(dx, dy) > SURE_PX) this.pull = Math.abs(dx) > Math.abs(dy) ? this.#meant(dx) : null
  }

  /** From 0, where the panel stood, to 1, where it is pulled to. */
  get share() {
    const [dx, toRight] = [this.#last.x - this.#from.x, this.#toRight]
    return Math.min(1, Math.max(0, (toRight ? dx : -dx) / this.#width))
  }

  /** Whether the finger, now lifted, meant it. */
  get done() {
    const speed = this.#toRight ? this.#speed : -this.#speed
    return Boolean(this.pull) && speed > -QUICK_PX_MS && (this.share > FAR || speed > QUICK_PX_MS)
  }

  get #toRight() {
    return this.pull?.panel === 'side' || this.pull?.opens === true
  }

  /**
   * @param {number} dx
   * @returns {Pull | null}
   */
  #meant(dx) {
    if (this.#pane === 'room') return dx > 0 ? { panel: 'rooms', opens: true } : null
    if (this.#pane === 'rooms') return dx < 0 ? { panel: 'rooms', opens: false } : null
    return dx > 0 ? { panel: 'side', opens: false } : null
  }
}
