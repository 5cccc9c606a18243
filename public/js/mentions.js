/**
 * Who can be named in a room, and who is named in a text: the same reading of `@handle` as the one that shows it, so that what stands in
 * code or is no member calls nobody.
 */

import { parse } from './markdown.js'

/** @typedef {{user_id: string, handle: string, display_name: string, online?: boolean}} Person */

/**
 * The members of a room. Before the list is here (or without a server) those who have spoken lately.
 * @param {string} room_id
 * @param {Pick<import('./app.js').Nouns, 'members' | 'messages' | 'presence'>} nouns
 * @returns {Person[]}
 */
export function peopleOf(room_id, { members, messages, presence }) {
  const known = /** @type {Map<string, Person>} */ (new Map())
  const add = (/** @type {Person} */ one) => {
    const now = presence.get(one.user_id)
    known.set(one.user_id, { ...one, display_name: now?.display_name || one.display_name, online: now?.online ?? false })
  }
  for (const { user_id, handle, display_name } of members.of(room_id)) add({ user_id, handle, display_name })
  if (known.size) return [...known.values()]
  for (const { user_id, user_handle } of messages.timeline(room_id).messages) add({ user_id, handle: user_handle, display_name: user_handle })
  return [...known.values()]
}

/**
 * @param {string} text
 * @param {Person[]} people
 * @returns {string[]} user ids
 */
export function mentionsIn(text, people) {
  if (!text.includes('@')) return []
  const handles = new Set()
  gather(parse(text), handles)
  return people.filter(({ handle }) => handles.has(handle.toLowerCase())).map(({ user_id }) => user_id)
}

/**
 * @param {any} node
 * @param {Set<string>} handles
 */
function gather(node, handles) {
  if (Array.isArray(node)) return node.forEach((one) => gather(one, handles))
  if (node.kind === 'mention') handles.add(node.text.slice(1).toLowerCase())
  if (node.children) gather(node.children, handles)
  if (node.items) gather(node.items, handles)
  if (node.lists) gather(node.lists, handles)
}

/**
 * Those who are here first, and those whose handle or name begins so before those who only have it in them.
 * @param {Person[]} people
 * @param {string} word
 * @param {number} [most]
 */
export function findPeople(people, word, most = 8) {
  const wanted = word.toLowerCase()
  const rank = (/** @type {Person} */ { handle, display_name = '' }) => {
    const [short, long] = [handle.toLowerCase(), display_name.toLowerCase()]
    if (short.startsWith(wanted)) return 0
    if (long.startsWith(wanted) || long.includes(` ${wanted}`)) return 1
    return short.includes(wanted) || long.includes(wanted) ? 2 : 3
  }
  return people
    .map((person) => ({ person, rank: rank(person) }))
    .filter(({ rank }) => rank < 3)
    .sort((one, other) => one.rank - other.rank || Number(other.person.online ?? false) - Number(one.person.online ?? false) || one.person.handle.localeCompare(other.person.handle))
    .slice(0, most)
    .map(({ person }) => person)
}
