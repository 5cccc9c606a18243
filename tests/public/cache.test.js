import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Cache } from '../../public/js/cache.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeStorage, message, room, user } from './fakes.js'

const ADA = user('u_ada')
const messages = (count) => Array.from({ length: count }, (_, i) => message(i + 1))

function opened(storage = new FakeStorage(), epoch = 'e1', who = ADA) {
  const shelf = new Shelf(storage)
  const cache = new Cache(shelf)
  cache.claim(who, epoch)
  return { cache, shelf, storage }
}

test('the next page finds user, rooms, messages and drafts', () => {
  const { cache, storage } = opened()
  cache.keepRooms([room('r_1')])
  cache.keepPage('r_1', { rev: 7, messages: messages(2) })
  cache.keepDraft('r_1', 'half a thought')
  const next = new Cache(new Shelf(storage))
  assert.equal(next.user.user_id, 'u_ada')
  assert.deepEqual(next.rooms().map((one) => one.room_id), ['r_1'])
  assert.deepEqual(next.page('r_1'), { rev: 7, messages: messages(2) })
  assert.equal(next.draft('r_1'), 'half a thought')
  assert.equal(next.claim(ADA, 'e1'), true)
})

test('only the last messages of a room are kept', () => {
  const { cache } = opened()
  cache.keepPage('r_1', { rev: 500, messages: messages(500) })
  const page = cache.page('r_1')
  assert.deepEqual([page.messages.length, page.messages[0].seq, page.rev], [100, 401, 500])
})

test('another epoch drops the copies, and leaves what I have written', () => {
  const { cache, shelf } = opened()
  cache.keepRooms([room('r_1')])
  cache.keepPage('r_1', { rev: 7, messages: messages(2) })
  cache.keepDraft('r_1', 'half')
  shelf.put('u_ada/outbox/r_1/1', { text: 'unsent' })
  assert.equal(cache.claim(ADA, 'e2'), false)
  assert.deepEqual([cache.rooms(), cache.page('r_1'), cache.draft('r_1')], [[], null, 'half'])
  assert.deepEqual(shelf.get('u_ada/outbox/r_1/1'), { text: 'unsent' })
})

test('somebody else finds nothing of who was here before', () => {
  const { cache, storage } = opened()
  cache.keepPage('r_1', { rev: 7, messages: messages(2) })
  cache.keepDraft('r_1', 'a secret')
  assert.equal(cache.claim(user('u_bob'), 'e1'), false)
  assert.deepEqual(Object.keys(storage), ['dcc/me'])
  assert.equal(cache.user.user_id, 'u_bob')
})

test('after a wipe there is nothing, and nothing is written any more', () => {
  const { cache, storage } = opened()
  cache.keepPage('r_1', { rev: 7, messages: messages(2) })
  cache.wipe()
  cache.keepPage('r_1', { rev: 8, messages: messages(2) })
  cache.keepRooms([room('r_1')])
  cache.keepDraft('r_1', 'x')
  assert.deepEqual(Object.keys(storage), [])
})

test('with a full storage the largest pages shrink and nothing breaks', () => {
  const { cache, shelf } = opened(new FakeStorage(30_000))
  for (let i = 0; i < 20; i++) cache.keepPage(`r_${i}`, { rev: 100, messages: messages(100) })
  assert.equal(shelf.put('u_ada/outbox/r_1/1', { text: 'x'.repeat(8_000) }), true)
  const page = cache.page('r_19')
  assert.equal(page.messages.at(-1).seq, 100)
})

test('what is damaged or was tampered with is left out', () => {
  const { cache, shelf } = opened()
  shelf.put('u_ada/rooms', [null, 3, { room_id: 4 }, { room_id: '__proto__' }])
  shelf.put('u_ada/page/r_1', { rev: 3, messages: [null, { seq: 'x' }, { seq: 1, text: 4 }, message(2)] })
  shelf.put('u_ada/page/r_2', { rev: 'x', messages: [] })
  shelf.put('u_ada/draft/r_1', { no: 'text' })
  assert.deepEqual(cache.rooms().map((one) => one.room_id), ['__proto__'])
  assert.deepEqual(cache.page('r_1').messages.map(({ seq }) => seq), [2])
  assert.equal(cache.page('r_2'), null)
  assert.equal(cache.page('r_3'), null)
  assert.equal(cache.draft('r_1'), '')
  shelf.put('me', { user: { user_id: 5 } })
  assert.equal(cache.user, null)
})
