/**
 * Whether what is said in calls gets from here to the server's computer and back: both try to reach one another as callers do, and nothing
 * is sent. What the network forbids between two devices of friends, it mostly forbids here too.
 */

import { answerTo, credentials } from './answer.js'

const WITHIN_MS = 10_000
const WORKS = new Set(['connected', 'completed'])

/** @typedef {'reached' | 'lost' | 'refused' | 'lacking'} Met `refused` is a server that cannot try it now; `lacking`, a browser that has no peers */

/**
 * @param {object} doors
 * @param {(() => RTCPeerConnection) | null} doors.peer
 * @param {(mine: import('./answer.js').Credentials) => Promise<import('./answer.js').Peer | null>} doors.ask null for a refusal
 * @param {import('../clock.js').Clock} doors.clock
 * @returns {Promise<Met>}
 */
export async function meet({ peer, ask, clock }) {
  if (!peer) return 'lacking'
  const connection = peer()
  try {
    connection.createDataChannel('reach')
    const offer = await connection.createOffer()
    await connection.setLocalDescription(offer)
    const found = await ask(credentials(offer.sdp ?? ''))
    if (!found) return 'refused'
    const met = connected(connection, clock)
    await connection.setRemoteDescription({ type: 'answer', sdp: answerTo(offer.sdp ?? '', found) })
    return (await met) ? 'reached' : 'lost'
  } catch {
    return 'refused'
  } finally {
    connection.close()
  }
}

/**
 * @param {RTCPeerConnection} connection
 * @param {import('../clock.js').Clock} clock
 * @returns {Promise<boolean>}
 */
const connected = (connection, clock) =>
  new Promise((resolve) => {
    const cancel = clock.after(WITHIN_MS, () => resolve(false))
    connection.addEventListener('iceconnectionstatechange', () => {
      if (!WORKS.has(connection.iceConnectionState)) return
      cancel()
      resolve(true)
    })
  })
