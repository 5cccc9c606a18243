/**
 * Which part of a timeline is in the page: a hundred messages or so around the reader, named by seq so that it stays when others come
 * before, between or after. A room with thousands of messages is as quick as one with fifty, and shows a screenful first.
 */

const FEW = 30
const FIRST = 60
const STEP = 40
const MOST = 140

/** @typedef {import('./timeline.js').Timeline} Timeline */

export class Span {
  /** The first seq, 0 for: so many from the end. */
  #low = 0
  /** The last seq; what comes after it is shown as it comes while this is Infinity. */
  #high = Infinity
  #first = FIRST

  /** Whether new messages appear by themselves. */
  get atEnd() {
    return this.#high === Infinity
  }

  /** Another room: few at first, so that they are seen at once. */
  begin() {
    this.#first = FEW
    this.toEnd()
  }

  /** @returns {boolean} whether it was few until now */
  rest() {
    const few = this.#first < FIRST
    this.#first = FIRST
    return few
  }

  toEnd() {
    this.#low = 0
    this.#high = Infinity
  }

  /**
   * @param {Timeline} timeline
   * @param {number} seq
   */
  around(timeline, seq) {
    const at = timeline.placeOf(seq)
    this.#set(timeline, Math.max(0, at - FIRST / 2), at + FIRST / 2)
  }

  /**
   * @param {Timeline} timeline
   * @returns {[from: number, to: number]} places in the timeline
   */
  places(timeline) {
    const to = this.atEnd ? timeline.size : timeline.placeOf(this.#high + 1)
    return [this.#low ? timeline.placeOf(this.#low) : Math.max(0, to - this.#first), to]
  }

  /**
   * @param {Timeline} timeline
   * @returns {boolean} whether there was more to show
   */
  up(timeline) {
    const [from, to] = this.places(timeline)
    if (!from) return false
    const next = Math.max(0, from - STEP)
    this.#set(timeline, next, Math.min(to, next + MOST))
    return true
  }

  /**
   * @param {Timeline} timeline
   * @returns {boolean} whether there was more to show
   */
  down(timeline) {
    const [from, to] = this.places(timeline)
    if (to >= timeline.size) {
      if (!this.atEnd) this.#high = Infinity
      return false
    }
    const next = Math.min(timeline.size, to + STEP)
    this.#set(timeline, Math.max(from, next - MOST), next)
    return true
  }

  /**
   * For a reader who is not at the end: nothing goes above them, and what comes below does not grow without end.
   * @param {Timeline} timeline
   */
  stay(timeline) {
    const [from, to] = this.places(timeline)
    this.#set(timeline, from, Math.min(to, from + MOST))
  }

  /**
   * @param {Timeline} timeline
   * @param {number} from
   * @param {number} to
   */
  #set(timeline, from, to) {
    this.#low = timeline.slice(from, from + 1)[0]?.seq ?? 0
    this.#high = to >= timeline.size ? Infinity : (timeline.slice(to - 1, to)[0]?.seq ?? Infinity)
  }
}
