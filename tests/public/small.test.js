/** The smaller nouns: search, address, marks, notices, and readings as tables. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { tables } from '../../public/js/diagnosis.js'
import { Here, ticketIn } from '../../public/js/here.js'
import { Marks } from '../../public/js/marks.js'
import { Notices } from '../../public/js/notices.js'
import { Refusal } from '../../public/js/refusal.js'
import { pieces, Search } from '../../public/js/search.js'
import { FakeClock, FakeSocket, flush, refuse } from './fakes.js'

test('the newest question wins, whenever the answers come', async () => {
  const socket = new FakeSocket()
  socket.become('live')
  const answers = []
  socket.answers.set('search.query', () => new Promise((resolve) => answers.push(resolve)))
  const search = new Search({ socket })
  search.look('one')
  search.look('two', 'r_1')
  await flush()
  answers[1]({ hits: ['two'], partial: true })
  answers[0]({ hits: ['one'] })
  await flush()
  assert.deepEqual([search.hits, search.partial, search.busy, search.q], [['two'], true, false, 'two'])
  assert.deepEqual(socket.asked.map(({ body }) => body.scope), [{ kind: 'all' }, { kind: 'room', room_id: 'r_1' }])
})

test('a search that is refused says so and spins no more', async () => {
  const socket = new FakeSocket()
  socket.become('live')
  socket.answers.set('search.query', refuse('RATE_LIMITED'))
  const search = new Search({ socket })
  await search.look('x')
  assert.deepEqual([search.busy, search.problem], [false, 'RATE_LIMITED'])
})

test('a snippet falls into pieces by its ranges, and senseless ranges are ignored', () => {
  const ranges = [[0, 5], [3, 4], [6, 6], [6, 99], [-2, 1], [6, 11]]
  assert.deepEqual(pieces({ snippet: 'hello world', ranges }), [
    { text: 'hello', found: true }, { text: ' ', found: false }, { text: 'world', found: true },
  ])
})

function place(hash) {
  const at = { hash, read: () => at.hash, write: (next) => (at.hash = next) }
  return at
}

test('a token is taken out of the address at once, and a room stays in it', () => {
  const at = place('#invite=SECRET')
  const here = new Here(at)
  assert.deepEqual([here.ticket, at.hash], [{ kind: 'invite', token: 'SECRET' }, ''])
  here.open('r_1')
  assert.equal(at.hash, '#room=r_1')
  assert.deepEqual([new Here(at).room_id, new Here(at).pane], ['r_1', 'room'])
  at.hash = '#room-invite=OTHER'
  here.arrive()
  assert.deepEqual([here.ticket, here.room_id, at.hash], [{ kind: 'room-invite', token: 'OTHER' }, 'r_1', '#room=r_1'])
})

test('an invite is found in an address, a fragment or alone, and in nothing else', () => {
  const found = { kind: 'invite', token: 'a-B_9' }
  for (const text of ['http://host:1/#invite=a-B_9', '#invite=a-B_9', ' invite=a-B_9 ']) assert.deepEqual(ticketIn(text), found)
  for (const text of ['', '#', '#invite=', '#__proto__=x', 'http://host/', 'a-B_9', '#room=r_1']) assert.equal(ticketIn(text), null)
})

test('a side that is opened twice is closed', () => {
  const here = new Here(place('#room=r_1'))
  here.beside('members')
  assert.deepEqual([here.side, here.pane], ['members', 'side'])
  here.beside('members')
  assert.deepEqual([here.side, here.pane], ['', 'room'])
})

test('marks go out a little later, only the highest, and again when one was lost', async () => {
  const socket = new FakeSocket()
  const clock = new FakeClock()
  const marks = new Marks({ socket, clock })
  const said = () => socket.asked.map(({ t, body }) => [t, body.room_id, body.up_to_seq])
  socket.become('live')
  socket.answers.set('msg.read', () => ({}))
  socket.answers.set('msg.delivered', refuse('LOST'))
  for (const seq of [1, 3, 2]) marks.read('__proto__', seq)
  marks.delivered('r_1', 9)
  await clock.pass(400)
  assert.deepEqual(said(), [['msg.read', '__proto__', 3], ['msg.delivered', 'r_1', 9]])
  socket.become('waiting')
  socket.become('live')
  socket.answers.set('msg.delivered', () => ({}))
  await clock.pass(400)
  assert.deepEqual(said().slice(2), [['msg.delivered', 'r_1', 9]])
  marks.read('__proto__', 3)
  await clock.pass(400)
  assert.equal(said().length, 3)
})

test('a notice is one line, with its trace, and goes by itself', async () => {
  const clock = new FakeClock()
  const notices = new Notices({ clock })
  const done = await notices.tryTo(async () => {
    throw new Refusal('INTERNAL', 'broken', { trace: 'tr-1' })
  })
  assert.deepEqual([done, notices.text, notices.trace], [undefined, 'broken', 'tr-1'])
  await clock.pass(8_000)
  assert.equal(notices.text, '')
  assert.equal(await notices.tryTo(async () => 5), 5)
})

test('readings become tables: lists by column, the rest by name', () => {
  const found = tables({
    house: { uptime_s: 1.5, store: { wal: 1234567 }, __proto__: null, note: '' },
    services: [{ name: 'auth', inbox: { depth: 1 } }, { name: 'rooms', extra: true }],
    connections: [],
    hub: { rounds: [{ at: 1 }] },
  })
  assert.deepEqual(found, [
    { title: 'house', columns: [], rows: [['uptime_s', '1.5'], ['store.wal', '1,234,567'], ['note', '–']] },
    { title: 'services', columns: ['name', 'inbox.depth', 'extra'], rows: [['auth', '1', '–'], ['rooms', '–', 'true']] },
    { title: 'connections', columns: [], rows: [] },
    { title: 'hub · rounds', columns: ['at'], rows: [['1']] },
  ])
})
