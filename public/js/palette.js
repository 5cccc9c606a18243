/**
 * Going anywhere by a few letters: my rooms first, then people, commands and rooms that I could join. Letters may be left out, what begins
 * so comes first. Pure.
 */

/** @typedef {{kind: 'room' | 'person' | 'command', id: string, sign: string, name: string, more: string, rank: number}} Way */
/** @typedef {import('./protocol.js').ListedRoom} Room */

const MOST = 12

/**
 * @param {string} words
 * @param {{rooms: Room[], people: Array<{user_id: string, handle: string, display_name: string, online: boolean}>,
 *   commands: Array<{name: string, takes: string, does: string}>, here: string}} known
 * @returns {Way[]}
 */
export function ways(words, { rooms, people, commands, here }) {
  const wanted = words.trim().toLowerCase()
  const kind = { '#': 'room', '@': 'person', '/': 'command' }[wanted[0] ?? '']
  const rest = kind ? wanted.slice(1) : wanted
  const all = [...rooms.filter(({ room_id }) => room_id !== here || rest).map(wayToRoom), ...people.map(wayToPerson), ...commands.map(wayToCommand)]
  return all
    .filter((way) => (kind ? way.kind === kind : rest || way.kind === 'room'))
    .map((way) => ({ way, score: Math.min(likeness(way.name, rest), 1 + likeness(way.more, rest)) * 10 + way.rank }))
    .filter(({ score }) => score < 50)
    .sort((one, other) => one.score - other.score)
    .slice(0, MOST)
    .map(({ way }) => way)
}

/**
 * @param {Room} room
 * @returns {Way}
 */
function wayToRoom({ room_id, kind, name, joined, last_seq, read_seq }) {
  const unread = joined ? Math.max(0, last_seq - read_seq) : 0
  const more = joined ? (unread ? `${unread} new` : '') : 'join'
  return { kind: 'room', id: room_id, sign: kind === 'public' ? '#' : '◆', name, more, rank: joined ? (unread ? 0 : 1) : 6 }
}

/**
 * @param {{user_id: string, handle: string, display_name: string, online: boolean}} person
 * @returns {Way}
 */
const wayToPerson = ({ user_id, handle, display_name, online }) => ({
  kind: 'person', id: user_id, sign: online ? '●' : '○', name: display_name || handle, more: `@${handle}`, rank: online ? 2 : 3,
})

/**
 * @param {{name: string, takes: string, does: string}} command
 * @returns {Way}
 */
const wayToCommand = ({ name, does }) => ({ kind: 'command', id: name, sign: '/', name, more: does, rank: 4 })

/**
 * From 0, the same, to 5, not at all.
 * @param {string} name
 * @param {string} wanted
 */
export function likeness(name, wanted) {
  const there = name.toLowerCase().replace(/^[@#]/, '')
  if (!wanted) return 1
  if (there === wanted) return 0
  if (there.startsWith(wanted)) return 1
  if (there.includes(` ${wanted}`) || there.includes(`-${wanted}`)) return 2
  if (there.includes(wanted)) return 3
  let at = -1
  return [...wanted].every((letter) => (at = there.indexOf(letter, at + 1)) >= 0) ? 4 : 5
}
