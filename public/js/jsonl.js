/**
 * A room as lines of JSON, and back. A file is `{"kind":"room",...}` followed by its `{"kind":"msg",...}` lines, for one room after
 * another. Whatever is read was perhaps not written by us: each line stands for itself, only the fields named here are taken, and
 * what is no such line is counted and passed over.
 */

const LONGEST_LINE = 1_000_000
const MOST_MESSAGES = 200_000
const MOST_ROOMS = 500

/** @typedef {{seq: number, ts: number, user_handle: string, text: string, edited: boolean, deleted: boolean, bot: boolean, files: string[]}} Said */
/** @typedef {{room_id: string, name: string, topic: string, exported_at: number, skipped: number, messages: Said[]}} Copy */
/** @typedef {{copies: Copy[], skipped: number}} Found */

/**
 * @param {import('./protocol.js').ListedRoom} room
 * @param {number} now
 */
export const roomLine = ({ room_id, kind, name, topic }, now) =>
  line({ kind: 'room', format: 'devchitchat 1', room_id, room_kind: kind, name, topic, exported_at: now })

/** @param {import('./protocol.js').Msg} msg */
export const messageLine = (msg) => line({ kind: 'msg', ...msg })

/** @param {object} value */
const line = (value) => `${JSON.stringify(value)}\n`

/**
 * @param {ReadableStream<Uint8Array>} bytes
 * @returns {Promise<Found>}
 */
export async function readLines(bytes) {
  const found = /** @type {Found} */ ({ copies: [], skipped: 0 })
  let [rest, overlong, count] = ['', false, 0]
  /** @param {string} text */
  const take = (text) => {
    if (overlong) skip(found)
    else if (text.trim()) count = keep(found, text, count)
    overlong = false
  }
  const decoder = new TextDecoder()
  const reader = bytes.getReader()
  for (let step = await reader.read(); ; step = await reader.read()) {
    rest += step.done ? decoder.decode() : decoder.decode(step.value, { stream: true })
    const lines = rest.split('\n')
    rest = lines.pop() ?? ''
    lines.forEach(take)
    if (rest.length > LONGEST_LINE) [rest, overlong] = ['', true]
    if (step.done) break
  }
  if (rest || overlong) take(rest)
  return found
}

/**
 * @param {Found} found
 * @param {string} text
 * @param {number} count messages so far
 * @returns {number}
 */
function keep(found, text, count) {
  const value = parsed(text)
  const copy = found.copies.at(-1)
  if (value?.kind === 'room' && found.copies.length < MOST_ROOMS) found.copies.push(copyOf(value))
  else if (value?.kind === 'msg' && copy && typeof value.text === 'string' && count < MOST_MESSAGES) {
    copy.messages.push(saidIn(value))
    return count + 1
  } else skip(found)
  return count
}

/** @param {Found} found */
function skip(found) {
  found.skipped++
  const copy = found.copies.at(-1)
  if (copy) copy.skipped++
}

/**
 * @param {string} text
 * @returns {any} null for what is no object
 */
function parsed(text) {
  try {
    const value = JSON.parse(text)
    return value && typeof value === 'object' ? value : null
  } catch {
    return null
  }
}

/**
 * @param {any} value
 * @returns {Copy}
 */
const copyOf = ({ room_id, name, topic, exported_at }) => ({
  room_id: string(room_id), name: string(name) || 'A room', topic: string(topic), exported_at: number(exported_at), skipped: 0, messages: [],
})

/**
 * @param {any} value
 * @returns {Said}
 */
const saidIn = ({ seq, ts, user_handle, text, edited_at, deleted_at, bot, attachments }) => ({
  seq: number(seq), ts: number(ts), user_handle: string(user_handle) || 'unknown', text, bot: bot === true,
  edited: Boolean(edited_at), deleted: Boolean(deleted_at),
  files: Array.isArray(attachments) ? attachments.map((one) => string(one?.name)).filter(Boolean) : [],
})

/** @param {any} value */
const string = (value) => (typeof value === 'string' ? value : '')

/** @param {any} value */
const number = (value) => (Number.isFinite(value) ? value : 0)
