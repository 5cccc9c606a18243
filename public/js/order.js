/**
 * What I may do in a room, and to whom: the server's rules of order, so that no button is shown that would only be refused. The
 * server asks again; here it is about what to show.
 */

/** @typedef {import('./protocol.js').ListedRoom} Room */
/** @typedef {import('./protocol.js').Member} Member */
/** @typedef {'mute' | 'unmute' | 'kick' | 'ban' | 'owner' | 'mod' | 'member'} Deed the last three give that role */

const RANKS = new Map([['member', 1], ['mod', 2], ['owner', 3]])
const ROLES = /** @type {const} */ (['owner', 'mod', 'member'])

/** @param {string | null | undefined} role */
export const rankOf = (role) => RANKS.get(role ?? '') ?? 0

/**
 * How high I stand: an admin of the server has an owner's powers in public rooms.
 * @param {Pick<Room, 'kind' | 'role'> | undefined} room
 * @param {boolean} isAdmin
 */
export const myRank = (room, isAdmin) => (room && isAdmin && room.kind === 'public' ? 3 : rankOf(room?.role))

/** @param {number} rank */
export const moderates = (rank) => rank >= 2

/**
 * Whether I may add a bot where none is.
 * @param {{rooms: import('./rooms.js').Rooms, session: import('./session.js').Session, members: import('./members.js').Members}} nouns
 * @param {string} room_id
 */
export function lacksBot({ rooms, session, members }, room_id) {
  const all = members.of(room_id)
  return all.length > 0 && moderates(myRank(rooms.get(room_id), session.isAdmin)) && !all.some(({ bot }) => bot)
}

/**
 * What comes of my leaving. A group ends with its last person, whichever bots are in it.
 * @param {Pick<Room, 'kind' | 'member_count'>} room
 * @param {Pick<Member, 'bot'>[]} members everybody in the room, as far as that is known
 */
export function leaving({ kind, member_count }, members) {
  if (kind === 'public') return 'You can come back at any time.'
  const people = members.length ? members.filter(({ bot }) => !bot).length : member_count
  return people > 1 ? 'To come back you need a new invite.' : 'You are the last person in it: it will be deleted.'
}

/** @param {number} rank */
export const owns = (rank) => rank >= 3

/**
 * One acts only on those below oneself; roles are for owners, on anybody, and a room never loses its last owner.
 * @param {number} rank mine
 * @param {string} me my user_id
 * @param {Pick<Member, 'user_id' | 'role'>} member
 * @param {Pick<Member, 'role'>[]} members everybody in the room
 * @param {boolean} [muted] whether they are at this moment
 * @returns {Deed[]}
 */
export function deedsOn(rank, me, member, members, muted = false) {
  const last = member.role === 'owner' && members.filter(({ role }) => role === 'owner').length === 1
  const roles = owns(rank) && !last ? ROLES.filter((role) => role !== member.role) : []
  const below = moderates(rank) && member.user_id !== me && rank > rankOf(member.role)
  return [...roles, .../** @type {Deed[]} */ (below ? [muted ? 'unmute' : 'mute', 'kick', 'ban'] : [])]
}
