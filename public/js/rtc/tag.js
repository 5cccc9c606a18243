/**
 * What a `pc_id` of ours says: which RTCPeerConnection it comes from, which of its offers, and which one of the other's it is meant for.
 * By this a rebuilt connection is told from the old one, and an answer to an earlier offer from the answer to this one. The server
 * hands it on as it is; other programs may say something else or nothing, and then only what they say counts.
 */

/** `connection[-offer][_connection[-offer]]` */
const OURS = /^([a-z0-9]{12})(?:-(\d+))?(?:_([a-z0-9]{12}(?:-\d+)?))?$/

/**
 * @typedef {object} Tag
 * @property {string} pc the sender's connection; '' when it said nothing
 * @property {string} to whose it answers; '' when it did not say
 */

/** @param {() => string} newId letters, digits and underscores, unlike any other */
export const newPc = (newId) => newId().replaceAll('_', '').toLowerCase().slice(-12).padStart(12, '0')

/**
 * @param {string} pc
 * @param {number} count
 */
export const offerTag = (pc, count) => `${pc}-${count}`

/**
 * @param {string} pc
 * @param {string} to the other's tag, as it came
 */
export function replyTag(pc, to) {
  const [, theirs, count] = OURS.exec(to) ?? []
  return theirs ? `${pc}_${theirs}${count ? `-${count}` : ''}` : pc
}

/**
 * @param {string | null | undefined} text
 * @returns {Tag}
 */
export function readTag(text) {
  const [, pc = text ?? '', , to = ''] = OURS.exec(text ?? '') ?? []
  return { pc, to }
}
