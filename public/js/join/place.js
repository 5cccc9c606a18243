/**
 * Where this page is open, and where it leads. The invite stays in the fragment, which no browser sends to a server. Pure.
 */

/** @typedef {{protocol: string, hostname: string, hash: string}} Place what of `location` is looked at */
/** @typedef {{valid_from: number | null, valid_until: number | null}} Made for which time the certificate is, in ms since 1970 */
/** @typedef {Made & {name: string, host: string, https_port: number | null, fingerprint: string, has_authority: boolean, whole: boolean}} Way as /join.json tells it */
/** @typedef {'trust' | 'checks' | 'plain'} Stage before the certificate is trusted; where all else is tried; where there is no HTTPS at all */

/**
 * @param {boolean} secure whether the browser takes this page for one of a secure context, which localhost is over plain HTTP too
 * @param {Way} way
 * @returns {Stage}
 */
export function stageOf(secure, way) {
  if (secure && way.whole) return 'checks'
  return way.https_port ? 'trust' : 'plain'
}

/**
 * Whether this device's clock stands before or after the time for which the certificate is made.
 * @param {Made} made
 * @param {number} now
 * @returns {'early' | 'over' | null}
 */
export function timeOf({ valid_from, valid_until }, now) {
  if (valid_from !== null && now < valid_from) return 'early'
  return valid_until !== null && now > valid_until ? 'over' : null
}

/**
 * A page over HTTPS.
 * @param {string} host
 * @param {number} port
 * @param {string} path
 */
export const secured = (host, port, path) => `https://${host}:${port}${path}`

/**
 * The chat itself, with the invite.
 * @param {Place} place
 */
export const chat = ({ hash }) => `/${hash}`

/** @param {Place} place */
export const hasInvite = ({ hash }) => ['invite', 'room-invite', 'link'].some((kind) => new URLSearchParams(hash.slice(1)).get(kind))
