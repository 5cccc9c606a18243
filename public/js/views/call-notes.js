/**
 * What is to be said of my call right now: how it stands, why something of mine is not heard or seen, and what helps.
 */

/** @typedef {{key: string, text: string, grave?: boolean, closes?: boolean, deed?: {name: string, press: () => void}}} Note */

const STANDING = /** @type {Record<string, string>} */ ({ joining: 'Joining the call…', away: 'The server is away. The call goes on, and nobody can join until it is back.' })

/**
 * @param {import('../app.js').House} house
 * @returns {Note[]}
 */
export function callNotes({ call, microphone, mediaDevices, governor, voices }) {
  const lacking = (call.state === 'in' || call.state === 'away') && !microphone.works ? mediaDevices.problem : ''
  /** @type {Note[]} */
  const notes = [
    { key: 'standing', text: STANDING[call.state] ?? '' },
    { key: 'blocked', text: voices.blocked ? 'The browser holds the sound back until you press something.' : '', deed: { name: 'Click to hear', press: () => void voices.unblock() } },
    { key: 'problem', text: call.problem, grave: true },
    { key: 'microphone', text: lacking, closes: true },
    { key: 'talking', text: microphone.mutedTalking ? 'You are muted, and talking.' : '' },
    { key: 'paused', text: governor.paused, closes: true },
  ]
  return notes.filter(({ text }) => text)
}
