/** What I do with messages that stand already, pages around them, and marks of others. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Cache } from '../../public/js/cache.js'
import { Deeds } from '../../public/js/deeds.js'
import { Here } from '../../public/js/here.js'
import { Marks } from '../../public/js/marks.js'
import { Pages } from '../../public/js/pages.js'
import { Shelf } from '../../public/js/shelf.js'
import { Timeline } from '../../public/js/timeline.js'
import { FakeClock, FakeSocket, FakeStorage, flush, message, refuse, room, user } from './fakes.js'

function scene({ role = 'member', kind = 'group', storage = new FakeStorage() } = {}) {
  const [socket, timeline, shelf] = [new FakeSocket(), new Timeline(), new Shelf(storage)]
  const cache = new Cache(shelf)
  cache.claim(user('u_me'), 'e1')
  timeline.add([message(1), message(2, { user_id: 'u_me' }), message(3, { user_id: 'u_me' }), message(4)])
  const messages = { timeline: () => timeline, changed: (_, msg) => timeline.change([msg]) }
  const rooms = { get: (room_id) => (room_id === 'r_1' ? room('r_1', { role, kind }) : undefined) }
  const session = { user: user('u_me'), isAdmin: false }
  const deeds = new Deeds({ socket, clock: new FakeClock(), messages, rooms, session, shelf, cache })
  socket.become('live')
  return { socket, timeline, deeds, session, cache, storage }
}

test('my own messages may be edited and deleted, those of others deleted by who keeps order', () => {
  const may = ({ deeds, timeline }, seq) => deeds.may('r_1', timeline.get(seq))
  assert.deepEqual(may(scene(), 2), { answer: true, react: true, edit: true, remove: true })
  assert.deepEqual(may(scene(), 1), { answer: true, react: true, edit: false, remove: false })
  assert.equal(may(scene({ role: 'mod' }), 1).remove, true)
  const admin = scene({ kind: 'public' })
  admin.session.isAdmin = true
  assert.equal(may(admin, 1).remove, true)
  assert.deepEqual(admin.deeds.may('r_other', message(1)), { answer: false, react: false, edit: false, remove: false })
  assert.equal(admin.deeds.may('r_1', message(1, { deleted_at: 5 })).remove, false)
})

test('an edit is kept while it is written, saved, and gone when it is done', async () => {
  const { socket, deeds, timeline } = scene()
  socket.answers.set('msg.edit', ({ msg_id, text }) => ({ room_id: 'r_1', msg: message(3, { msg_id, text, rev: 9, user_id: 'u_me' }) }))
  assert.equal(deeds.lastOwn('r_1').seq, 3)
  deeds.beginEdit('r_1', timeline.get(3))
  deeds.write('r_1', 'better')
  await deeds.save('r_1')
  assert.deepEqual([deeds.edit('r_1'), timeline.get(3).text], [undefined, 'better'])
})

test('an edit that fails keeps what was written and says why; one that changes nothing asks nobody', async () => {
  const { socket, deeds, timeline } = scene()
  socket.answers.set('msg.edit', refuse('FORBIDDEN'))
  deeds.beginEdit('r_1', timeline.get(2))
  deeds.write('r_1', 'better')
  await deeds.save('r_1')
  assert.deepEqual([deeds.edit('r_1').text, deeds.edit('r_1').problem, deeds.edit('r_1').busy], ['better', 'FORBIDDEN', false])
  socket.become('offline')
  await deeds.save('r_1')
  assert.equal(deeds.edit('r_1').problem, 'offline')
  deeds.write('r_1', timeline.get(2).text)
  const asked = socket.asked.length
  await deeds.save('r_1')
  assert.deepEqual([socket.asked.length, deeds.edit('r_1')], [asked, undefined])
})

test('nobody begins to edit what is not theirs', () => {
  const { deeds, timeline } = scene()
  deeds.beginEdit('r_1', timeline.get(1))
  assert.equal(deeds.edit('r_1'), undefined)
})

test('what the draft answers outlives a reload as the draft does, and goes with the room', () => {
  const { deeds, timeline, storage } = scene()
  deeds.answer('r_1', timeline.get(1))
  const later = scene({ storage })
  assert.equal(later.deeds.answering('r_1')?.msg_id, timeline.get(1).msg_id)
  assert.deepEqual([later.deeds.takeAnswer('r_1').reply_to_msg_id, scene({ storage }).deeds.answering('r_1')], [timeline.get(1).msg_id, undefined])
  deeds.answer('r_1', timeline.get(1))
  scene({ storage }).cache.forgetRoom('r_1')
  assert.equal(scene({ storage }).deeds.answering('r_1'), undefined)
})

test('an answer goes with one message, and each room has its own', () => {
  const { deeds, timeline } = scene()
  deeds.answer('r_1', timeline.get(1))
  assert.deepEqual(deeds.takeAnswer('r_2'), {})
  assert.deepEqual(deeds.takeAnswer('r_1'), { reply_to_msg_id: 'm_1' })
  assert.deepEqual(deeds.takeAnswer('r_1'), {})
})

test('a reaction goes on, and off when it is mine already; the latest come first', async () => {
  const { socket, deeds } = scene()
  socket.answers.set('msg.react', (body) => body)
  await deeds.react(message(1), '🦄')
  await deeds.react(message(1, { reactions: { '👍': ['u_me'] } }), '👍')
  await deeds.react(message(1), '__proto__')
  assert.deepEqual(socket.asked.map(({ body }) => body.on), [true, false, true])
  assert.deepEqual(deeds.recent().slice(0, 3), ['__proto__', '🦄', '👍'])
})

test('what I was about to do is forgotten with everything else', () => {
  const { deeds, timeline, cache } = scene()
  deeds.beginEdit('r_1', timeline.get(2))
  deeds.answer('r_1', timeline.get(1))
  cache.wipe()
  deeds.reset()
  assert.deepEqual([deeds.edit('r_1'), deeds.answering('r_1')], [undefined, undefined])
})

function server(count) {
  const [socket, timeline] = [new FakeSocket(), new Timeline()]
  const log = Array.from({ length: count }, (_, i) => message(i + 1)).filter(({ seq }) => seq !== 40)
  socket.answers.set('msg.list', ({ before_seq, after_seq, around_msg_id, limit }) => {
    const at = log.findIndex(({ msg_id }) => msg_id === around_msg_id)
    if (around_msg_id) return at < 0 ? refuse('NOT_FOUND')() : { messages: log.slice(Math.max(0, at - limit / 2), at + limit / 2), more: true }
    if (before_seq) return { messages: log.filter(({ seq }) => seq < before_seq).slice(-limit), more: false }
    return { messages: log.filter(({ seq }) => seq > after_seq).slice(0, limit), more: false }
  })
  socket.become('live')
  return { socket, timeline, pages: new Pages({ socket, clock: new FakeClock() }), log }
}

test('a hole is filled from the side where the reader is, and what was never there is closed', async () => {
  for (const way of ['down', 'up']) {
    const { timeline, pages } = server(200)
    timeline.add([message(1), message(160)])
    await pages.fill('r_1', timeline, timeline.holes[0], way)
    assert.deepEqual(timeline.holes.map(({ after, before }) => [after, before]), way === 'down' ? [[52, 160]] : [[1, 110]])
    while (timeline.holes.length) await pages.fill('r_1', timeline, timeline.holes.at(-1), way)
    assert.equal(timeline.size, way === 'down' ? 199 : 159)
  }
})

test('a message that only its id is known of comes with what stands around it, at one asking', async () => {
  const { timeline, pages, socket } = server(900)
  timeline.add([message(900)])
  assert.equal((await pages.seek('r_1', timeline, 'm_150')).seq, 150)
  assert.deepEqual(socket.asked.map(({ body }) => body), [{ room_id: 'r_1', around_msg_id: 'm_150', limit: 50 }])
  assert.deepEqual(timeline.holes, [{ after: 174, before: 900 }])
  assert.equal((await pages.seek('r_1', timeline, 'm_900')).seq, 900)
  assert.equal(await pages.seek('r_1', timeline, 'm_none'), undefined)
  assert.equal(socket.asked.length, 2)
  socket.answers.set('msg.list', refuse('FORBIDDEN'))
  await assert.rejects(pages.seek('r_1', timeline, 'm_1'), { code: 'FORBIDDEN' })
})

test('others have read as far as they say, or have written', async () => {
  const socket = new FakeSocket()
  const marks = new Marks({ socket, clock: new FakeClock() })
  socket.tell('msg.read_event', { room_id: 'r_1', user_id: 'u_2', up_to_seq: 5 })
  socket.tell('msg.read_event', { room_id: 'r_1', user_id: 'u_2', up_to_seq: 3 })
  socket.tell('msg.event', { room_id: 'r_1', msg: message(7, { user_id: 'u_3' }) })
  await flush()
  assert.deepEqual([...marks.readers('r_1')], [['u_2', 5], ['u_3', 7]])
  assert.equal(marks.readers('r_2').size, 0)
  marks.learn('r_1', [{ user_id: 'u_2', read_seq: 4 }, { user_id: 'u_3', read_seq: 8 }, { user_id: 'u_4' }, { user_id: '__proto__', read_seq: 2 }])
  assert.deepEqual([...marks.readers('r_1')], [['u_2', 5], ['u_3', 8], ['__proto__', 2]])
})

test('an address may name a message, and nothing senseless', () => {
  const place = { hash: '#room=r_1&seq=12', read: () => place.hash, write: (hash) => (place.hash = hash) }
  const here = new Here(place)
  assert.deepEqual([here.room_id, here.seq, here.link('r_1', 12), place.hash], ['r_1', 12, '#room=r_1&seq=12', '#room=r_1'])
  for (const seq of ['-1', 'x', '1e99', '1.5', '']) {
    place.hash = `#room=r_1&seq=${seq}`
    here.arrive()
    assert.equal(here.seq, 0)
  }
})
