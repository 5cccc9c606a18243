/** The one line of a session description that we change, for which there is no API: how little a silent voice may send (CALLS 2). */

const OPUS = /^a=rtpmap:(\d+) opus\//gim

/**
 * In what the other says it likes to receive: no packets while we are silent, but for a few that say so.
 * @param {string} sdp
 */
export function quietOpus(sdp) {
  const opus = new Set([...sdp.matchAll(OPUS)].map(([, payload]) => payload))
  const quiet = (/** @type {string} */ line, /** @type {string} */ payload) => (opus.has(payload) && !line.includes('usedtx=') ? `${line};usedtx=1` : line)
  return sdp.replace(/^a=fmtp:(\d+) [^\r\n]+/gm, quiet)
}
