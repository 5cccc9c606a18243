/**
 * The little of SDP that a peer without media needs: reading our own offer, and writing the server's answer to it. Pure.
 */

/** @typedef {{ufrag: string, pwd: string}} Credentials */
/** @typedef {Credentials & {candidates: string[]}} Peer as POST /reach answers */

/** Of no certificate: it is only ICE that is tried, and what would come after it never does. */
const NOBODY = Array(32).fill('00').join(':')

/**
 * @param {string} offer
 * @returns {Credentials}
 */
export function credentials(offer) {
  return { ufrag: line(offer, 'ice-ufrag'), pwd: line(offer, 'ice-pwd') }
}

/**
 * @param {string} offer with one data channel
 * @param {Peer} peer
 */
export function answerTo(offer, { ufrag, pwd, candidates }) {
  const mid = line(offer, 'mid')
  const lines = [
    'v=0', 'o=- 1 1 IN IP4 127.0.0.1', 's=-', 't=0 0', `a=group:BUNDLE ${mid}`,
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'c=IN IP4 0.0.0.0', `a=mid:${mid}`,
    `a=ice-ufrag:${ufrag}`, `a=ice-pwd:${pwd}`, `a=fingerprint:sha-256 ${NOBODY}`, 'a=setup:active', 'a=sctp-port:5000',
    ...candidates.map((candidate) => `a=candidate:${candidate}`), 'a=end-of-candidates',
  ]
  return lines.map((text) => `${text}\r\n`).join('')
}

/**
 * @param {string} sdp
 * @param {string} name
 */
const line = (sdp, name) => new RegExp(`^a=${name}:(\\S+)`, 'm').exec(sdp)?.[1] ?? ''
