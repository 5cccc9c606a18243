/** The whole house without a page, against a WebSocket whose other end is the test. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { compose } from '../../public/js/app.js'
import { FakeClock, FakeStorage, FakeWebSocket, flush, ids, message, room, user } from './fakes.js'

function scene({ storage = new FakeStorage(), hash = '' } = {}) {
  const clock = new FakeClock()
  const wires = []
  const place = { hash, read: () => place.hash, write: (next) => (place.hash = next) }
  const house = compose({
    open: () => (wires.push(new FakeWebSocket()), wires.at(-1)),
    fetch: async () => ({ ok: true }),
    storage, locks: undefined, clock, random: () => 0.5, online: () => true, newId: ids(), place,
    client: { name: 'test', ver: '0', platform: 'node' },
  })
  return { house, clock, storage, place, wire: () => wires.at(-1) }
}

/** Answers whatever is asked, from a table, until nothing more is asked. */
async function serve(wire, answers) {
  for (let seen = 0; ; ) {
    await flush()
    const asked = wire.sent.slice(seen)
    if (!asked.length) return
    seen += asked.length
    for (const frame of asked) {
      const answer = answers[frame.t]
      if (answer) wire.reply('any', answer(frame.body), frame)
    }
  }
}

const ME = user('u_me')
const world = (rooms, log = [], epoch = 'e1') => ({
  hello: () => ({ session: { authenticated: true, user: ME }, epoch, caps: [], limits: {} }),
  'room.list': () => ({ rooms }),
  'room.members': ({ room_id }) => ({ room_id, members: [] }),
  'presence.subscribe': () => ({ users: [] }),
  'msg.list': ({ room_id }) => ({ room_id, messages: log, next_after_seq: 0, next_after_rev: log.length, more: false }),
  'msg.delivered': (body) => body,
  'msg.read': (body) => body,
  'room.invite_redeem': () => ({ room_id: 'g_1' }),
  'msg.send': ({ client_msg_id }) => ({ room_id: 'r_1', client_msg_id, msg_id: 'm_9', seq: log.length + 1, ts: 5 }),
})

async function enter(given, answers) {
  given.house.socket.start()
  given.wire().open()
  await serve(given.wire(), answers)
}

const seqs = ({ house }, room_id = 'r_1') => house.messages.timeline(room_id).messages.map(({ seq }) => seq)

test('with the room in the address, the page comes up with what was said there', async () => {
  const given = scene({ hash: '#room=r_1' })
  await enter(given, world([room('r_1', { last_seq: 2 })], [message(1), message(2)]))
  assert.deepEqual([given.house.session.standing, seqs(given)], ['member', [1, 2]])
})

test('what is written without a server is sent, once, when it is back', async () => {
  const given = scene({ hash: '#room=r_1' })
  const answers = world([room('r_1')])
  await enter(given, answers)
  given.wire().drop()
  given.house.outbox.add('r_1', 'hello')
  await given.clock.pass(1_000)
  given.wire().open()
  await serve(given.wire(), answers)
  await given.clock.pass(100)
  await serve(given.wire(), answers)
  assert.deepEqual(given.wire().sent.filter(({ t }) => t === 'msg.send').map(({ body }) => body.text), ['hello'])
  const shown = () => [given.house.outbox.all(), given.house.outbox.waiting('r_1').map(({ text }) => text), seqs(given)]
  assert.deepEqual(shown(), [[], ['hello'], []])
  const { client_msg_id } = given.wire().asked('msg.send').body
  given.wire().say({ v: 1, t: 'msg.event', id: 'f', ok: true, body: { room_id: 'r_1', msg: message(1, { user_id: 'u_me', client_msg_id }) } })
  assert.deepEqual(shown(), [[], [], [1]])
})

test('what is pressed while the page comes in waits for the connection, and is refused where there is none', async () => {
  const given = scene()
  given.house.socket.start()
  const made = given.house.rooms.create({ kind: 'public', name: 'Kitchen' })
  await enter(given, { ...world([room('r_9')]), 'room.create': () => ({ room: room('r_9') }) })
  assert.equal(await made, 'r_9')
  const late = scene()
  late.house.socket.start()
  const refused = assert.rejects(late.house.rooms.create({ kind: 'public', name: 'Kitchen' }), { code: 'OFFLINE' })
  late.wire().drop(1006)
  await refused
})

test('an invite into a room is used as soon as one is live, and the room opens', async () => {
  const given = scene({ hash: '#room-invite=TOKEN' })
  await enter(given, world([room('g_1', { kind: 'group' })]))
  assert.deepEqual([given.place.hash, given.house.here.ticket, given.house.here.room_id], ['#room=g_1', null, 'g_1'])
})

test('a room that one is put out of is forgotten, on the shelf too', async () => {
  const given = scene({ hash: '#room=g_1' })
  await enter(given, world([room('g_1', { last_seq: 1 })], [message(1)]))
  given.house.settle()
  assert.equal(Object.keys(given.storage).some((key) => key.includes('page/g_1')), true)
  given.wire().say({ v: 1, t: 'room.member_event', id: 'f', ok: true, body: { room_id: 'g_1', kind: 'kick', target_user_id: 'u_me' } })
  const list = given.wire().asked('room.list')
  given.wire().reply('room.list_result', { rooms: [] }, list)
  await serve(given.wire(), world([]))
  assert.deepEqual([given.house.here.room_id, Object.keys(given.storage).some((key) => key.includes('page/g_1'))], ['', false])
})

test('whoever is put out of a room or banned from it is told so, and nobody else', async () => {
  const given = scene()
  await enter(given, world([room('r_1', { name: 'Kitchen' })]))
  const moved = (kind, target_user_id) => {
    given.house.notices.say('')
    given.wire().say({ v: 1, t: 'room.member_event', id: 'f', ok: true, body: { room_id: 'r_1', kind, target_user_id } })
    return given.house.notices.text
  }
  assert.deepEqual([moved('kick', 'u_2'), moved('leave', 'u_me'), moved('unban', 'u_me')], ['', '', ''])
  assert.equal(moved('kick', 'u_me'), 'You were put out of Kitchen.')
  assert.equal(moved('ban', 'u_me'), 'You were banned from Kitchen.')
})

test('another epoch starts anew, and still sends what was written', async () => {
  const first = scene({ hash: '#room=r_1' })
  await enter(first, world([room('r_1', { last_seq: 2 })], [message(1), message(2)]))
  first.wire().drop()
  first.house.outbox.add('r_1', 'unsent')
  const next = scene({ storage: first.storage, hash: '#room=r_1' })
  assert.deepEqual(seqs(next), [1, 2])
  await enter(next, world([room('r_1', { last_seq: 1 })], [message(1, { text: 'restored' })], 'e2'))
  await next.clock.pass(100)
  assert.deepEqual([seqs(next), next.house.messages.timeline('r_1').get(1).text], [[1], 'restored'])
  assert.equal(next.wire().asked('msg.send').body.text, 'unsent')
})

test('a session that ends elsewhere wipes the browser and shows the way in', async () => {
  const given = scene({ hash: '#room=r_1' })
  await enter(given, world([room('r_1', { last_seq: 1 })], [message(1)]))
  given.house.outbox.add('r_1', 'unsent')
  given.wire().drop(4001)
  assert.deepEqual([given.house.session.standing, given.house.rooms.all(), given.place.hash], ['guest', [], ''])
  await given.clock.pass(1_000)
  assert.deepEqual(Object.keys(given.storage).filter((key) => !key.includes('lease')), [])
})

test('somebody who signs in in another tab is signed in here too', async () => {
  const given = scene()
  await enter(given, { ...world([]), hello: () => ({ session: { authenticated: false, user: null }, epoch: 'e1' }) })
  assert.equal(given.house.session.standing, 'guest')
  given.house.heard({ key: 'dcc/me', newValue: '{}' })
  assert.equal(given.house.socket.state.name, 'connecting')
  given.house.heard({ key: null, newValue: null })
})
