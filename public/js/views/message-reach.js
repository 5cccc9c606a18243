/**
 * Bringing a message that is not in the page: by its seq, or by its id alone. One that is gone is said to be gone, once.
 */

/** @typedef {import('../app.js').House} House */

const GONE = 'That message is not here any more.'

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
 * @param {House} house
 * @param {string} room_id
 * @param {string} msg_id
 */
export async function seek({ messages, here, notices }, room_id, msg_id) {
  const found = await messages.seek(room_id, msg_id)
  if (here.room_id !== room_id) return
  if (found) here.open(room_id, found.seq)
  else notices.say(GONE)
}
