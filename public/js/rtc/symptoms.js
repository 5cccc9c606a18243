/**
 * What ails a link, read off its last readings: each symptom with its grade, by the table of CALLS section 6 (its thresholds are there).
 * Knows nothing of other links and says nothing to people: verdicts.js compares and speaks.
 *
 * @typedef {'lost' | 'noRoute' | 'hiding' | 'refused' | 'deadRelay' | 'blocked' | 'silentMic' | 'notPlayed' | 'upload' | 'download' | 'choppy' | 'late'
 *   | 'frozen' | 'cpu' | 'bandwidth' | 'latency' | 'tcpRelay'} Ailment
 * @typedef {'warn' | 'bad' | 'gone'} Grade
 * @typedef {import('./readings.js').Reading} Reading
 * @typedef {object} Figures what happened on a link of late
 * @property {number | null} rtt ms
 * @property {number} lossUp a part of 1
 * @property {number} lossDown
 * @property {number} concealed
 * @property {number} late ms
 * @property {number} freezes a minute
 * @property {boolean} stuck pictures arrive, none is shown
 * @property {boolean} unplayed a voice arrives, none is heard
 * @property {boolean} cpu
 * @property {boolean} bandwidth
 * @property {boolean} silent an open microphone that gives nothing
 */

const MINUTE_MS = 60_000
const LATELY_MS = 10_000
/** Fewer say little: one lost of three is no loss of a third. */
const FEW_PACKETS = 40
const LIMITED_MS = 5_000
const STUCK_MS = 4_000
const SILENT_MS = 10_000

/** Above the first it is to be warned of, above the second it is bad: CALLS 6. */
const GRADES = /** @type {Array<[keyof Figures, Ailment, number, number]>} */ ([
  ['lossUp', 'upload', 0.02, 0.08],
  ['lossDown', 'download', 0.02, 0.08],
  ['concealed', 'choppy', 0.03, 0.1],
  ['late', 'late', 120, 300],
  ['freezes', 'frozen', 1, Infinity],
  ['rtt', 'latency', 150, 300],
])

/**
 * @param {Reading[]} series the oldest first
 * @returns {Map<Ailment, Grade>}
 */
export function symptoms(series) {
  const found = /** @type {Map<Ailment, Grade>} */ (new Map())
  const figures = figuresOf(series)
  if (!figures) return found
  for (const [name, ailment, warn, bad] of GRADES) {
    const value = Number(figures[name] ?? 0)
    if (value > warn) found.set(ailment, value > bad ? 'bad' : 'warn')
  }
  if (figures.stuck) found.set('frozen', 'bad')
  if (figures.unplayed) found.set('notPlayed', 'bad')
  if (figures.silent) found.set('silentMic', 'bad')
  if (figures.cpu) found.set('cpu', 'warn')
  if (figures.bandwidth) found.set('bandwidth', 'warn')
  const { route } = /** @type {Reading} */ (series.at(-1))
  if (route?.over === 'tcp') found.set('tcpRelay', 'warn')
  return found
}

/**
 * @param {Reading[]} series
 * @returns {Figures | null} null as long as there are no two readings
 */
export function figuresOf(series) {
  const last = series.at(-1)
  const first = since(series, LATELY_MS)
  if (!last || !first || first === last) return null
  const heard = grown(first.heard, last.heard)
  const arrived = [...heard, ...grown(first.seen, last.seen)]
  const sent = [...last.spoken, ...last.shown].filter(({ packets }) => packets > 0)
  const packets = sum(arrived, 'packets')
  const lost = sum(arrived, 'lost')
  const emitted = sum(heard, 'emitted')
  return {
    rtt: middle(series.filter(({ at }) => last.at - at <= LATELY_MS).flatMap(({ rtt }) => (rtt === null ? [] : [rtt]))),
    lossUp: sent.length ? lossUp(series, last.at) : 0,
    lossDown: lost + packets >= FEW_PACKETS ? Math.max(0, lost) / (lost + packets) : 0,
    concealed: part(sum(heard, 'concealed'), sum(heard, 'samples')),
    late: emitted > 0 ? (sum(heard, 'delay') / emitted) * 1000 : 0,
    freezes: freezes(series, last),
    stuck: stuck(series, last),
    unplayed: unplayed(series, heard, last.at - first.at),
    cpu: lasting(series, LIMITED_MS, presses),
    bandwidth: lasting(series, LIMITED_MS, cramped),
    silent: lasting(series, SILENT_MS, ({ mic }) => mic === 0),
  }
}

/**
 * Whether the processor holds a picture back.
 * @param {Reading} now
 * @param {Reading} [before]
 */
function presses(now, before) {
  if (now.shown.some(({ reason }) => reason === 'cpu')) return true
  if (!before) return false
  const seconds = (now.at - before.at) / 1000
  return grown(before.shown, now.shown).some(({ frames, encoding }) => frames > 0 && encoding > 0.6 * seconds)
}

/**
 * Whether the way there carries less than I allow: a browser also says `bandwidth` when it is my own limit that it keeps to.
 * @param {Reading} now
 */
const cramped = ({ shown, available, allowed }) => shown.some(({ reason }) => reason === 'bandwidth') && available !== null && available < allowed

/**
 * Each grown by how much since; what is new since then counts from nothing.
 * @template {{id: string}} T
 * @param {T[]} before
 * @param {T[]} now
 * @returns {T[]}
 */
function grown(before, now) {
  return now.map((one) => {
    const old = before.find(({ id }) => id === one.id)
    const entries = Object.entries(one).map(([name, value]) => [name, old && typeof value === 'number' ? value - /** @type {any} */ (old)[name] : value])
    return Object.fromEntries(entries)
  })
}

/**
 * @template {Record<string, any>} T
 * @param {T[]} things
 * @param {keyof T} name
 */
const sum = (things, name) => things.reduce((total, thing) => total + thing[name], 0)

/**
 * @param {number} of
 * @param {number} whole
 */
const part = (of, whole) => (whole > 0 ? of / whole : 0)

/** @param {number[]} values */
const middle = (values) => (values.length ? /** @type {number} */ ([...values].sort((one, other) => one - other)[values.length >> 1]) : null)

/**
 * @param {Reading[]} series
 * @param {number} ms
 */
function since(series, ms) {
  const until = (series.at(-1)?.at ?? 0) - ms
  return series.find(({ at }) => at >= until)
}

/**
 * @param {Reading[]} series
 * @param {number} now
 */
function lossUp(series, now) {
  const told = series.filter(({ at }) => now - at <= LATELY_MS).map(({ spoken, shown }) => Math.max(0, ...[...spoken, ...shown].map(({ lossy }) => lossy)))
  return told.length ? told.reduce((total, lossy) => total + lossy, 0) / told.length : 0
}

/**
 * @param {Reading[]} series
 * @param {Reading} last
 */
function freezes(series, last) {
  const first = /** @type {Reading} */ (since(series, MINUTE_MS))
  const minutes = Math.max(1, (last.at - first.at) / MINUTE_MS)
  return Math.max(0, ...grown(first.seen, last.seen).map((one) => one.freezes / minutes))
}

/**
 * @param {Reading[]} series
 * @param {Reading} last
 */
function stuck(series, last) {
  const before = series.findLast(({ at }) => last.at - at >= STUCK_MS)
  if (!before) return false
  const old = new Set(before.seen.map(({ id }) => id))
  return grown(before.seen, last.seen).some(({ id, bytes, frames }) => old.has(id) && bytes > 5_000 && frames === 0)
}

/**
 * Packets come and no sample is taken out, or the other speaks and there is no sound in what comes.
 * @param {Reading[]} series
 * @param {import('./readings.js').Heard[]} heard
 * @param {number} span
 */
function unplayed(series, heard, span) {
  if (span < LIMITED_MS || !heard.some(({ packets }) => packets > 20)) return false
  if (heard.some(({ packets, samples }) => packets > 20 && samples === 0)) return true
  const lately = series.slice(-3)
  return lately.length === 3 && lately.every(({ speaking }) => speaking) && heard.every(({ energy }) => energy === 0)
}

/**
 * Whether it has held for so long, at every reading.
 * @param {Reading[]} series
 * @param {number} ms
 * @param {(now: Reading, before?: Reading) => boolean} holds
 */
function lasting(series, ms, holds) {
  const last = /** @type {Reading} */ (series.at(-1))
  for (let at = series.length - 1; at >= 0; at--) {
    const now = /** @type {Reading} */ (series[at])
    if (!holds(now, series[at - 1])) return false
    if (last.at - now.at >= ms) return true
  }
  return false
}
