/**
 * The voice gate, as numbers: from levels to open or shut, and from that to "somebody is talking". Pure: time is handed in.
 */

/** The quietest that is told apart from silence, in dBFS. */
export const SILENCE = -100
/** The gate stays open this long after the last loud moment, so that words keep their ends. */
export const HANG_MS = 300
const SURE_MS = 600
const MOST_MS = 1_500
const FORGET = 0.25

/** @typedef {{open: boolean, until: number}} Gate */
/** @typedef {{ms: number, sure: boolean}} Talk how long it was heard of late, and whether that is talk rather than a knock */

/** @type {Gate} */
export const SHUT = Object.freeze({ open: false, until: -Infinity })
/** @type {Talk} */
export const QUIET = Object.freeze({ ms: 0, sure: false })

/**
 * @param {Gate} gate
 * @param {number} level in dBFS
 * @param {number} threshold in dBFS
 * @param {number} now in ms
 * @returns {Gate}
 */
export function gated({ until }, level, threshold, now) {
  const last = level >= threshold ? now + HANG_MS : until
  return { open: now < last, until: last }
}

/**
 * A bucket that fills while the gate is open and leaks slowly while it is not: a key pressed or a cough does not fill it, a few words do.
 * @param {Talk} talk
 * @param {boolean} open
 * @param {number} ms since the last time
 * @returns {Talk}
 */
export function talked({ ms: before, sure }, open, ms) {
  const after = Math.min(MOST_MS, Math.max(0, before + (open ? ms : -ms * FORGET)))
  return { ms: after, sure: after > 0 && (sure || after >= SURE_MS) }
}

/**
 * @param {number} rms of samples between -1 and 1
 * @returns {number} dBFS
 */
export const decibels = (rms) => (rms > 0 ? Math.max(SILENCE, 20 * Math.log10(rms)) : SILENCE)
