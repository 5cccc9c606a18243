/** What was missed while away, told once; and notices that outlive their page. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Absence, inWords } from '../../public/js/absence.js'
import { Shell } from '../../public/js/shell.js'
import { Timeline } from '../../public/js/timeline.js'
import { FakeSocket, flush, message, room } from './fakes.js'
import { FakeLocks, tab } from './notice-scene.js'

const called = (seq, more = {}) => message(seq, { mentions: ['u_me'], ...more })
const missing = (room_id, msgs, more = false) => ({ room_id, msgs, more })

test('all that was missed is one call, for mentions and groups, and never for what was read or said by me', async () => {
  const { back, calls, lines, read } = tab({ locks: new FakeLocks() })
  await flush()
  read('r_1', 5)
  await back([missing('r_1', [called(4), called(6), message(7), called(8, { deleted_at: 1 }), called(9), called(10, { user_id: 'u_me' })])])
  assert.deepEqual(calls.map((call) => call.title ?? call), ['mention', '2 mentions in r_1'])
  assert.deepEqual([lines()[0].body, lines()[0].tag, lines()[0].seq], ['Ada: text 9', 'r_1', 9])
  read('r_1', 9)
  assert.ok(calls.includes('closed'))
})

test('what was missed in several rooms stands in one line, and goes when all of it is read', async () => {
  const { back, calls, lines, read, here } = tab({ locks: new FakeLocks() })
  await flush()
  await back([missing('g_1', [message(3), message(4)], true), missing('r_1', [called(2)])])
  assert.deepEqual([lines().length, lines()[0].body, lines()[0].tag], [1, '2+ messages in g_1\n1 mention in r_1', 'away'])
  lines()[0].open()
  assert.deepEqual(here.opened, ['g_1', 4])
  read('g_1', 4)
  assert.ok(!calls.includes('closed'))
  read('r_1', 2)
  assert.ok(calls.includes('closed'))
})

test('one thing missed is called as ever; a room on screen, a silent one and do not disturb keep it quiet', async () => {
  const { back, calls, lines, levels } = tab({ locks: new FakeLocks(), looking: true, at: 'r_1' })
  await flush()
  levels.set('g_1', 'none')
  await back([missing('r_1', [called(2)]), missing('g_1', [called(2)]), missing('r_2', [message(2)])])
  levels.choose({ dnd: true })
  await back([missing('r_2', [called(2)])])
  assert.deepEqual(calls, [])
  levels.choose({ dnd: false })
  await back([missing('r_2', [called(2)])])
  assert.equal(lines()[0].title, 'Ada in r_2')
})

test('what is missed before it is known which tab calls is told by the one that does', async () => {
  const locks = new FakeLocks()
  locks.slow = true
  const [one, other] = [tab({ locks }), tab({ locks })]
  await one.back([missing('r_1', [called(2)])])
  await other.back([missing('r_1', [called(2)])])
  await one.say('g_1')
  assert.deepEqual([one.lines(), other.lines()], [[], []])
  locks.decide()
  await flush()
  assert.deepEqual(one.lines().map(({ title }) => title).toSorted(), ['Ada in g_1', 'Ada in r_1'])
  assert.deepEqual(other.lines(), [])
})

test('a line that an earlier page has left goes when its message is read', async () => {
  const closed = []
  const line = (room_id, seq) => ({ room_id, seq, tag: room_id, close: () => closed.push(room_id) })
  const { read } = tab({ locks: new FakeLocks(), left: [line('g_1', 3), line('r_1', 3)] })
  read('r_1', 3)
  await flush()
  assert.deepEqual(closed, ['r_1'])
  read('g_1', 3)
  assert.deepEqual(closed, ['r_1', 'g_1'])
})

function away(rooms) {
  const socket = new FakeSocket()
  const nouns = { rooms: new EventTarget(), messages: new EventTarget() }
  const timelines = new Map(rooms.map(({ room_id }) => [room_id, new Timeline()]))
  let onServer = {}
  Object.assign(nouns.rooms, { loaded: true, all: () => rooms })
  nouns.messages.timeline = (room_id) => timelines.get(room_id)
  nouns.messages.sync = async (room_id) => timelines.get(room_id).add(onServer[room_id] ?? [])
  const told = []
  const absence = new Absence({ socket, ...nouns })
  absence.addEventListener('back', ({ detail }) => told.push(detail.missed.map(({ room_id, msgs, more }) => [room_id, msgs.map(({ seq }) => seq), more])))
  const load = async (said = {}) => {
    onServer = said
    for (const [room_id, msgs] of Object.entries(said)) rooms.find((one) => one.room_id === room_id).last_seq = msgs.at(-1).seq
    nouns.rooms.dispatchEvent(new Event('change'))
    await flush()
  }
  const live = (room_id, msg) => nouns.messages.dispatchEvent(new CustomEvent('said', { detail: { room_id, msg } }))
  return { socket, told, load, live, absence }
}

test('a return tells once what was said meanwhile, without what came live; the first connection tells nothing', async () => {
  const { socket, told, load, live } = away([room('r_1', { last_seq: 2 }), room('r_2', { last_seq: 1 })])
  socket.become('live')
  await load({ r_1: [message(1), message(2)] })
  assert.deepEqual(told, [])
  socket.become('waiting')
  socket.become('live')
  live('r_1', message(5))
  await load({ r_1: [1, 2, 3, 4, 5].map((seq) => message(seq)) })
  await load()
  assert.deepEqual(told, [[['r_1', [3, 4], false]]])
})

test('a return that is cut short is told with the next, and one who is signed out is told nothing', async () => {
  const { socket, told, load, absence } = away([room('r_1', { last_seq: 2 })])
  socket.become('live')
  socket.become('waiting')
  socket.become('live')
  const loading = load({ r_1: [message(40)] })
  socket.become('waiting')
  await loading
  assert.deepEqual(told, [])
  socket.become('live')
  await load()
  assert.deepEqual(told, [[['r_1', [40], true]]])
  socket.become('waiting')
  absence.reset()
  socket.become('live')
  await load({ r_1: [message(40), message(41)] })
  assert.equal(told.length, 1)
})

test('a count says that there may be more, and one is one', () => {
  const words = (count, more) => inWords({ name: 'general', why: 'mention', count, more })
  assert.deepEqual([words(1, false), words(3, false), words(1, true)], ['1 mention in general', '3 mentions in general', '1+ mentions in general'])
})

test('a pressed notice of the worker leads to its message, whatever it carries', () => {
  const worker = new EventTarget()
  const shell = new Shell({ worker, url: () => '/sw.js' })
  const led = []
  shell.addEventListener('open', ({ detail }) => led.push([detail.room_id, detail.seq]))
  for (const data of [{ kind: 'open', room_id: 'r_1', seq: 3 }, { kind: 'open', room_id: 7, seq: -1 }, { kind: 'else' }, null]) {
    worker.dispatchEvent(new MessageEvent('message', { data }))
  }
  assert.deepEqual(led, [['r_1', 3]])
})
