/**
 * The messages of one room, by seq, as far as they are here: a plain model that asks nobody. Seqs have no gaps, so a gap
 * between two messages is a hole that can be filled. A message is replaced only by a later rev of itself, so pages and
 * events may come in any order and twice.
 *
 * `rev` is the watermark: every change up to it is here. While a catch-up runs, events wait until its pages are in.
 */

/** @typedef {import('./protocol.js').Msg} Msg */
/** @typedef {import('./protocol.js').MsgReactionEvent} Reaction */
/** @typedef {{after: number, before: number}} Hole messages between these two seqs are not here */
/** @typedef {'stale' | 'catching up' | 'fresh'} Standing */

export class Timeline {
  #messages = /** @type {Map<number, Msg>} */ (new Map())
  #seqs = /** @type {number[]} */ ([])
  #mine = /** @type {Map<string, number>} */ (new Map())
  #ids = /** @type {Map<string, number>} */ (new Map())
  #later = /** @type {Array<() => void>} */ ([])
  #closed = /** @type {Set<number>} */ (new Set())

  rev = 0
  /** How many live changes were to messages that are not here. */
  missed = 0
  standing = /** @type {Standing} */ ('stale')

  get first() {
    return this.#seqs[0] ?? 0
  }

  get last() {
    return this.#seqs.at(-1) ?? 0
  }

  /** @returns {Msg[]} by seq */
  get messages() {
    return this.#seqs.map((seq) => /** @type {Msg} */ (this.#messages.get(seq)))
  }

  get size() {
    return this.#seqs.length
  }

  /**
   * @param {number} from
   * @param {number} to
   * @returns {Msg[]} by their places here, as with arrays
   */
  slice(from, to) {
    return this.#seqs.slice(from, to).map((seq) => /** @type {Msg} */ (this.#messages.get(seq)))
  }

  /** Whether there is anything before the first message that is here. */
  get hasOlder() {
    return this.first > 1 && !this.#closed.has(0)
  }

  /** @returns {Hole[]} between messages that are here */
  get holes() {
    const found = []
    for (let i = 1; i < this.#seqs.length; i++) {
      const [after, before] = [this.#seqs[i - 1] ?? 0, this.#seqs[i] ?? 0]
      if (this.lacks(after, before)) found.push({ after, before })
    }
    return found
  }

  /** @returns {Msg[]} the last ones, without a hole between them */
  get tail() {
    return this.slice(this.placeOf(this.holes.at(-1)?.before ?? 0), this.size)
  }

  /**
   * Whether there is something between two neighbours that is not here.
   * @param {number} after
   * @param {number} before
   */
  lacks(after, before) {
    return before > after + 1 && !this.#closed.has(after)
  }

  /** @param {number} seq */
  get(seq) {
    return this.#messages.get(seq)
  }

  /**
   * @param {string} msg_id
   * @returns {Msg | undefined}
   */
  find(msg_id) {
    const seq = this.#ids.get(msg_id)
    return seq === undefined ? undefined : this.#messages.get(seq)
  }

  /**
   * @param {string} user_id
   * @param {string} client_msg_id
   */
  holds(user_id, client_msg_id) {
    return this.#mine.has(`${user_id} ${client_msg_id}`)
  }

  /**
   * Part of a page that was asked for.
   * @param {Msg[]} messages
   */
  add(messages) {
    for (const msg of messages) this.#put(msg)
  }

  /**
   * What has changed, wherever it is. What is older than all that is here stays out: it would be an island.
   * @param {Msg[]} messages
   */
  change(messages) {
    for (const msg of messages) if (msg.seq >= this.first) this.#put(msg)
  }

  /**
   * The server has nothing between these two (after 0: before the first message), although seqs are missing.
   * @param {number} after
   * @param {number} [before]
   */
  close(after, before = after + 2) {
    if (before > after + 1) this.#closed.add(after)
  }

  clear() {
    this.#messages.clear()
    this.#mine.clear()
    this.#ids.clear()
    this.#closed.clear()
    this.#seqs = []
    this.rev = 0
  }

  // Catching up

  begin() {
    this.standing = 'catching up'
    this.#later = []
  }

  /** @param {number} rev where the last page ends */
  finish(rev) {
    this.rev = Math.max(this.rev, rev)
    this.standing = 'fresh'
    for (const hear of this.#later.splice(0)) hear()
  }

  lapse() {
    this.standing = 'stale'
    this.#later = []
  }

  /**
   * A message has come or changed, live.
   * @param {Msg} msg
   */
  hear(msg) {
    this.#live(() => {
      if (this.#seqs.length && msg.seq > this.last + 1) return this.lapse() // one was lost on the way: catch up again
      this.#count(msg.seq)
      this.change([msg])
      this.rev = Math.max(this.rev, msg.rev)
    })
  }

  /** @param {Reaction} reaction */
  hearReaction(reaction) {
    this.#live(() => {
      this.#count(reaction.seq)
      const msg = this.#messages.get(reaction.seq)
      this.rev = Math.max(this.rev, reaction.rev)
      if (msg && msg.rev < reaction.rev) this.#put({ ...msg, rev: reaction.rev, reactions: reacted(msg, reaction) })
    })
  }

  /** @param {number} seq */
  #count(seq) {
    if (seq < this.last && !this.#messages.has(seq)) this.missed++
  }

  /** @param {() => void} hear */
  #live(hear) {
    if (this.standing === 'fresh') hear()
    else if (this.standing === 'catching up') this.#later.push(() => this.standing === 'fresh' && hear())
  }

  /** @param {Msg} msg */
  #put(msg) {
    const held = this.#messages.get(msg.seq)
    if (held && held.rev >= msg.rev) return
    if (!held) this.#seqs.splice(this.placeOf(msg.seq), 0, msg.seq)
    this.#messages.set(msg.seq, msg)
    this.#ids.set(msg.msg_id, msg.seq)
    if (msg.client_msg_id) this.#mine.set(`${msg.user_id} ${msg.client_msg_id}`, msg.seq)
  }

  /**
   * Where a message with this seq stands here, or would.
   * @param {number} seq
   */
  placeOf(seq) {
    if (seq > this.last) return this.#seqs.length
    let [low, high] = [0, this.#seqs.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#seqs[middle] ?? 0) < seq) low = middle + 1
      else high = middle
    }
    return low
  }
}

/**
 * An emoji is any text, `__proto__` too: so through a Map.
 * @param {Msg} msg
 * @param {Reaction} reaction
 */
function reacted({ reactions = {} }, { emoji, user_id, on }) {
  const all = new Map(Object.entries(reactions))
  const users = (all.get(emoji) ?? []).filter((one) => one !== user_id)
  if (on) users.push(user_id)
  if (users.length) all.set(emoji, users)
  else all.delete(emoji)
  return Object.fromEntries(all)
}
