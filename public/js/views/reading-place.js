/**
 * Where the reader is in a list that changes above and below: the row at the top of what they see is held while the list is drawn, and
 * put back to where it was.
 */

const SLACK_PX = 4
const NEAR_PX = 60

export class ReadingPlace {
  #scroll
  #list
  #height = 0
  #held = /** @type {{row: Element, offset: number} | null} */ (null)

  /**
   * @param {HTMLElement} scroll
   * @param {HTMLElement} list
   */
  constructor(scroll, list) {
    this.#scroll = scroll
    this.#list = list
  }

  get toTop() {
    return this.#scroll.scrollTop
  }

  get toBottom() {
    return this.#scroll.scrollHeight - this.#scroll.scrollTop - this.#scroll.clientHeight
  }

  get atEnd() {
    return this.toBottom < NEAR_PX
  }

  hold() {
    const { top } = this.#view
    const row = this.#messages().find((one) => one.getBoundingClientRect().bottom > top)
    this.#held = row ? { row, offset: row.getBoundingClientRect().top - top } : null
  }

  restore() {
    if (!this.#held?.row.isConnected) return
    const moved = this.#held.row.getBoundingClientRect().top - this.#view.top - this.#held.offset
    if (Math.abs(moved) >= 1) this.#scroll.scrollTop += moved
  }

  bottom() {
    this.#scroll.scrollTop = this.#scroll.scrollHeight
    this.#height = this.#scroll.clientHeight
  }

  /** Whether the end has moved from the reader since `bottom`, and not the reader from the end. */
  get resized() {
    return this.#scroll.clientHeight !== this.#height
  }

  /**
   * @param {HTMLElement} row
   * @param {number} share of the height that stays above it
   */
  show(row, share) {
    const { top, height } = this.#view
    const spare = Math.max(0, height - row.offsetHeight)
    this.#scroll.scrollTop += row.getBoundingClientRect().top - top - spare * share
  }

  /** @returns {{first: number, last: number}} seqs of the messages that stand whole before the reader; 0 for none */
  seen() {
    const { top, bottom } = this.#view
    const rows = this.#messages().filter((row) => row.dataset.seq).map((row) => ({ seq: Number(row.dataset.seq), at: row.getBoundingClientRect() }))
    const first = rows.find(({ at }) => at.bottom > top + SLACK_PX)
    const last = rows.findLast(({ at }) => at.bottom <= bottom + SLACK_PX)
    return { first: first?.seq ?? 0, last: last?.seq ?? 0 }
  }

  /**
   * @param {Element} row
   * @returns {'above' | 'upper' | 'lower' | 'below'}
   */
  whereIs(row) {
    const { top, bottom } = this.#view
    const at = row.getBoundingClientRect()
    if (at.bottom < top) return 'above'
    if (at.top > bottom) return 'below'
    return at.top + at.bottom < top + bottom ? 'upper' : 'lower'
  }

  get #view() {
    return this.#scroll.getBoundingClientRect()
  }

  #messages() {
    return /** @type {HTMLElement[]} */ ([...this.#list.children].filter((row) => row.classList.contains('message')))
  }
}
