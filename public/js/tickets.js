/**
 * What to do with an invite or a link that the page was opened with: a guest signs in with it (that is the sign-in view's), a
 * member enters a room with it. It is used once, as soon as there is a connection.
 */

/** @typedef {import('./here.js').Here} Here */

/**
 * @param {object} nouns
 * @param {Here} nouns.here
 * @param {import('./session.js').Session} nouns.session
 * @param {import('./socket.js').Socket} nouns.socket
 * @param {import('./rooms.js').Rooms} nouns.rooms
 * @param {import('./notices.js').Notices} nouns.notices
 */
export function followTickets({ here, session, socket, rooms, notices }) {
  const follow = () => {
    const { ticket } = here
    if (!ticket || !socket.live || session.standing !== 'member') return
    here.discard()
    if (ticket.kind === 'room-invite') void enter(ticket.token)
    else notices.say(`You are signed in already, as ${session.user?.display_name}: this link is for somebody else.`)
  }

  /** @param {string} token */
  const enter = (token) =>
    notices.tryTo(async () => {
      here.open(await rooms.redeem(token))
    })

  here.addEventListener('change', follow)
  socket.addEventListener('state', follow)
}
