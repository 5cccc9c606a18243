/**
 * What the page shows of a room, line by line: days, the divider before what is new, messages grouped by author and time, holes, and last
 * what is still waiting to be sent. Pure: the same timeline gives the same lines.
 */

const TOGETHER_MS = 5 * 60_000

/** @typedef {import('./protocol.js').Msg} Msg */
/** @typedef {import('./outbox.js').Item} Item */
/** @typedef {{kind: 'day', key: string, ts: number} | {kind: 'new', key: string} | {kind: 'message', key: string, msg: Msg, head: boolean}
 *   | {kind: 'hole', key: string, hole: import('./timeline.js').Hole} | {kind: 'pending', key: string, item: Item, head: boolean}} Line */

/**
 * @param {import('./timeline.js').Timeline} timeline
 * @param {[from: number, to: number]} places
 * @param {{newAfter?: number, waiting?: Item[], user_id?: string}} [more] `newAfter` is the last seq that was read, 0 for no divider
 * @returns {Line[]}
 */
export function feed(timeline, [from, to], { newAfter = 0, waiting = [], user_id = '' } = {}) {
  const lines = /** @type {Line[]} */ ([])
  let before = timeline.slice(from - 1, from)[0]
  if (from === 0) before = undefined
  for (const msg of timeline.slice(from, to)) {
    const between = before ? gap(timeline, before, msg, newAfter) : opening(msg, newAfter)
    lines.push(...between, { kind: 'message', key: `m ${msg.seq}`, msg, head: between.length > 0 || !before || !together(before, msg) })
    before = msg
  }
  if (to < timeline.size) return lines
  for (const item of waiting) {
    if (timeline.holds(user_id, item.client_msg_id)) continue // its event was quicker than its answer
    const head = before?.user_id !== user_id || item.ts - before.ts > TOGETHER_MS || Boolean(item.reply_to_msg_id)
    lines.push({ kind: 'pending', key: `p ${item.client_msg_id}`, item, head })
    before = /** @type {Msg} */ ({ ...(before ?? {}), user_id, ts: item.ts })
  }
  return lines
}

/**
 * @param {import('./timeline.js').Timeline} timeline
 * @param {Msg} before
 * @param {Msg} msg
 * @param {number} newAfter
 */
function gap(timeline, before, msg, newAfter) {
  const lines = /** @type {Line[]} */ ([])
  if (timeline.lacks(before.seq, msg.seq)) lines.push({ kind: 'hole', key: `h ${before.seq}`, hole: { after: before.seq, before: msg.seq } })
  if (!sameDay(before.ts, msg.ts)) lines.push(day(msg))
  if (newAfter && before.seq <= newAfter && msg.seq > newAfter) lines.push({ kind: 'new', key: 'new' })
  return lines
}

/**
 * @param {Msg} msg
 * @param {number} newAfter
 * @returns {Line[]}
 */
function opening(msg, newAfter) {
  return newAfter && msg.seq === newAfter + 1 ? [day(msg), { kind: 'new', key: 'new' }] : [day(msg)]
}

/**
 * @param {Msg} msg
 * @returns {Line}
 */
const day = ({ seq, ts }) => ({ kind: 'day', key: `d ${seq}`, ts })

/**
 * Whether two neighbours read as said in one breath.
 * @param {Msg} before
 * @param {Msg} msg
 */
export function together(before, msg) {
  if (before.user_id !== msg.user_id || msg.ts - before.ts > TOGETHER_MS) return false
  return !before.deleted_at && !msg.deleted_at && !msg.reply_to_msg_id
}

/**
 * Who has read up to which message, I and its author aside.
 * @param {import('./timeline.js').Timeline} timeline
 * @param {ReadonlyMap<string, number>} readers user id to seq
 * @param {string} user_id me
 * @returns {Map<number, string[]>} seq to user ids
 */
export function readersAt(timeline, readers, user_id) {
  const found = /** @type {Map<number, string[]>} */ (new Map())
  for (const [reader, seq] of readers) {
    if (reader !== user_id && timeline.get(seq)?.user_id !== reader) found.set(seq, [...(found.get(seq) ?? []), reader])
  }
  return found
}

/**
 * @param {number} one
 * @param {number} other
 */
export function sameDay(one, other) {
  return new Date(one).toDateString() === new Date(other).toDateString()
}
