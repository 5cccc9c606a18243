/**
 * Bringing a message that is not in the page: by its seq, or by its id alone. One that is gone is said to be gone, once.
 */

/** @typedef {import('../app.js').House} House */

const GONE = 'That message is not here any more.'
const LATER = 'You will be taken there when there is a connection.'

/**
 * For a seq that was asked for in the address, a search or a quote.
 * @param {House} house
 * @param {string} room_id
 * @param {number} seq
 */
export async function bring({ messages, here, notices, socket }, room_id, seq) {
  try {
    await messages.around(room_id, seq)
  } finally {
    const asked = here.room_id === room_id && here.seq === seq
    if (asked && socket.live && !messages.timeline(room_id).get(seq)) {
      here.seq = 0
      notices.say(GONE)
    }
  }
}

/**
 * For an id that was asked for by a quote.
 * @param {House} house
 * @param {string} room_id
 * @param {string} msg_id
 */
export async function seek({ messages, here, notices, socket }, room_id, msg_id) {
  try {
    await messages.seek(room_id, msg_id)
  } finally {
    const found = messages.timeline(room_id).find(msg_id)
    const asked = here.room_id === room_id && here.sought === msg_id
    if (asked && found) here.open(room_id, found.seq)
    else if (asked && socket.live) {
      here.sought = ''
      notices.say(GONE)
    }
  }
}

/**
 * A quote was pressed; without a connection it has to wait for one.
 * @param {House} house
 * @param {string} msg_id
 */
export function want({ here, notices, socket }, msg_id) {
  here.seek(msg_id)
  if (!socket.live) notices.say(LATER)
}
