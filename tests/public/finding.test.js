/** Getting around: search page by page, keys, and the palette. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { likeness, ways } from '../../public/js/palette.js'
import { Search } from '../../public/js/search.js'
import { deedOf, nextRoom, SHORTCUTS } from '../../public/js/shortcuts.js'
import { FakeSocket, refuse, room } from './fakes.js'

const hits = (from, count) => Array.from({ length: count }, (_, i) => ({ msg_id: `m_${from - i}`, seq: from - i, room_id: 'r_1' }))

test('one room gives page after page, and what failed is asked again from the same place', async () => {
  const socket = new FakeSocket()
  socket.become('live')
  const search = new Search({ socket })
  const pages = [hits(100, 25), hits(75, 5)]
  socket.answers.set('search.query', () => ({ hits: pages.shift() }))
  await search.look('x', 'r_1')
  assert.deepEqual([search.hits.length, search.more], [25, true])
  const answer = socket.answers.get('search.query')
  socket.answers.set('search.query', refuse('UNAVAILABLE'))
  await search.next()
  assert.deepEqual([search.hits.length, search.problem, search.more], [25, 'UNAVAILABLE', true])
  socket.answers.set('search.query', answer)
  await search.next()
  assert.deepEqual([search.hits.length, search.more, search.problem], [30, false, ''])
  assert.deepEqual(socket.asked.map(({ body }) => body.before_seq), [undefined, 76, 76])
})

test('all rooms give their newest, at most fifty, and no place to go on from', async () => {
  const socket = new FakeSocket()
  socket.become('live')
  const search = new Search({ socket })
  socket.answers.set('search.query', ({ limit }) => ({ hits: hits(100, limit) }))
  await search.look('x')
  await search.next()
  assert.deepEqual([search.hits.length, search.more, search.full], [50, false, true])
  assert.deepEqual(socket.asked.map(({ body }) => [body.limit, body.before_seq]), [[25, undefined], [50, undefined]])
})

const key = (name, held = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

test('each key does one thing, and a question mark only where nobody writes', () => {
  assert.equal(deedOf(key('k', { ctrlKey: true }), true), 'palette')
  assert.equal(deedOf(key('K', { metaKey: true }), false), 'palette')
  assert.equal(deedOf(key('F', { ctrlKey: true, shiftKey: true }), true), 'search')
  assert.equal(deedOf(key('ArrowUp', { altKey: true }), true), 'room up')
  assert.equal(deedOf(key('?', { shiftKey: true }), false), 'sheet')
  assert.equal(deedOf(key('?', { shiftKey: true }), true), undefined)
  for (const pressed of [key('k'), key('ArrowUp'), key('Enter'), key('constructor')]) assert.equal(deedOf(pressed, false), undefined)
  const keys = SHORTCUTS.flatMap((one) => (one.key ? [one.key] : []))
  assert.equal(new Set(keys).size, keys.length)
})

test('rooms go round, those with something new too, and nowhere when there is none', () => {
  const rooms = [room('r_1'), room('r_2', { last_seq: 3 }), room('r_3'), room('r_4', { joined: false, last_seq: 3 })]
  assert.deepEqual([nextRoom(rooms, 'r_3', 1), nextRoom(rooms, 'r_1', -1), nextRoom(rooms, '', 1), nextRoom(rooms, '', -1)], ['r_1', 'r_3', 'r_1', 'r_3'])
  assert.deepEqual([nextRoom(rooms, 'r_3', 1, true), nextRoom(rooms, 'r_2', 1, true), nextRoom([], '', 1)], ['r_2', '', ''])
})

const KNOWN = {
  rooms: [room('r_1', { name: 'general' }), room('r_2', { name: 'games', last_seq: 2 }), room('r_3', { name: 'gardening', joined: false })],
  people: [{ user_id: 'u_1', handle: 'gabi', display_name: 'Gabriele', online: true }],
  commands: [{ name: 'topic', takes: 'text', does: 'Change the topic' }],
  here: 'r_1',
}
const names = (words) => ways(words, KNOWN).map(({ name }) => name)

test('the palette has my rooms first, the unread ones before, and each kind by its sign', () => {
  assert.deepEqual(names(''), ['games', 'gardening'])
  assert.deepEqual(names('ga'), ['games', 'Gabriele', 'gardening', 'general'])
  assert.deepEqual(names('@'), ['Gabriele'])
  assert.deepEqual(names('/to'), ['topic'])
  assert.deepEqual(names('#gen'), ['general', 'gardening'])
  assert.deepEqual(names('nowhere at all'), [])
})

test('letters may be left out, in order', () => {
  assert.deepEqual([likeness('general', 'general'), likeness('general', 'gen'), likeness('the general', 'gen'), likeness('general', 'era'), likeness('general', 'gnl')], [0, 1, 2, 3, 4])
  assert.equal(likeness('general', 'lag'), 5)
})
