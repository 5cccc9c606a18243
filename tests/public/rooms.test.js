import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Cache } from '../../public/js/cache.js'
import { Rooms } from '../../public/js/rooms.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeClock, FakeSocket, FakeStorage, flush, message, room, user } from './fakes.js'

function scene(listed = [], storage = new FakeStorage()) {
  const socket = new FakeSocket()
  const cache = new Cache(new Shelf(storage))
  cache.claim(user('u_me'), 'e1')
  const server = { rooms: listed }
  socket.answers.set('room.list', () => ({ rooms: structuredClone(server.rooms) }))
  const rooms = new Rooms({ socket, cache, clock: new FakeClock(), session: { user: user('u_me') } })
  const left = []
  rooms.addEventListener('left', ({ detail }) => left.push(detail.room_id))
  return { socket, rooms, server, storage, left }
}

const moved = (room_id, kind, target_user_id) => ({ room_id, kind, actor_user_id: target_user_id, target_user_id, role: null, reason: null })

test('the list comes with the connection: mine first, each part by name', async () => {
  const { socket, rooms } = scene([room('r_b'), room('r_c', { joined: false }), room('r_a')])
  socket.become('live')
  await flush()
  assert.deepEqual([rooms.all().map((one) => one.room_id), rooms.loaded], [['r_a', 'r_b', 'r_c'], true])
})

test('without a server the rooms of last time are there', async () => {
  const first = scene([room('r_a')])
  first.socket.become('live')
  await flush()
  const { rooms } = scene([], first.storage)
  assert.deepEqual([rooms.mine('r_a'), rooms.loaded], [true, false])
})

test('a list older than an event that came meanwhile is asked for again', async () => {
  const { socket, rooms, server } = scene([room('r_a', { name: 'old' })])
  let asked = 0
  socket.answers.set('room.list', () => {
    const answer = { rooms: structuredClone(server.rooms) }
    if (asked++ === 0) {
      server.rooms[0].name = 'new'
      socket.tell('room.updated', { room_id: 'r_a', name: 'new', topic: '', retention_days: 0 })
    }
    return answer
  })
  socket.become('live')
  await flush()
  assert.equal(rooms.get('r_a').name, 'new')
})

test('messages and read marks move the seqs, forward only', async () => {
  const { socket, rooms } = scene([room('r_a', { last_seq: 3, read_seq: 1 })])
  socket.become('live')
  await flush()
  const seqs = () => [rooms.get('r_a').last_seq, rooms.get('r_a').read_seq]
  socket.tell('msg.event', { room_id: 'r_a', msg: message(4) })
  socket.tell('msg.event', { room_id: 'r_a', msg: message(2) })
  socket.tell('msg.event', { room_id: 'r_unknown', msg: message(2) })
  socket.tell('msg.read_event', { room_id: 'r_a', user_id: 'u_other', up_to_seq: 4 })
  assert.deepEqual(seqs(), [4, 1])
  socket.tell('msg.read_event', { room_id: 'r_a', user_id: 'u_me', up_to_seq: 4 })
  socket.tell('msg.read_event', { room_id: 'r_a', user_id: 'u_me', up_to_seq: 2 })
  await rooms.load()
  assert.deepEqual(seqs(), [4, 4])
})

test('somebody else coming and going counts; my own going is told', async () => {
  const { socket, rooms, server, left } = scene([room('r_a', { member_count: 2 })])
  socket.become('live')
  await flush()
  socket.tell('room.member_event', moved('r_a', 'join', 'u_2'))
  socket.tell('room.member_event', moved('r_a', 'kick', 'u_3'))
  socket.tell('room.member_event', moved('r_a', 'leave', 'u_2'))
  assert.equal(rooms.get('r_a').member_count, 1)
  server.rooms = []
  socket.tell('room.member_event', moved('r_a', 'kick', 'u_me'))
  await flush()
  assert.deepEqual([left, rooms.all()], [['r_a'], []])
})

test('rooms that were made or deleted come and go', async () => {
  const { socket, rooms, server, left } = scene([])
  socket.become('live')
  await flush()
  server.rooms = [room('r_a')]
  socket.tell('room.created', { room: room('r_a') })
  await flush()
  assert.equal(rooms.mine('r_a'), true)
  server.rooms = []
  socket.tell('room.deleted', { room_id: 'r_a' })
  await flush()
  assert.deepEqual(left, ['r_a'])
})

test('making, joining, leaving and redeeming end with the list as it is then', async () => {
  const { socket, rooms, server } = scene([room('r_a', { joined: false })])
  socket.become('live')
  const joined = (value) => () => ((server.rooms = [room('r_a', { joined: value })]), moved('r_a', 'join', 'u_me'))
  socket.answers.set('room.join', joined(true))
  socket.answers.set('room.leave', joined(false))
  socket.answers.set('room.create', () => ((server.rooms = [room('r_new')]), { room: room('r_new') }))
  socket.answers.set('room.invite_redeem', ({ invite_token }) => ((server.rooms = [room('g_1')]), { room_id: 'g_1', invite_token }))
  await rooms.join('r_a')
  assert.equal(rooms.mine('r_a'), true)
  await rooms.leave('r_a')
  assert.equal(rooms.mine('r_a'), false)
  assert.equal(await rooms.create({ kind: 'public', name: 'new' }), 'r_new')
  assert.equal(await rooms.redeem('token'), 'g_1')
  assert.equal(rooms.mine('g_1'), true)
})

test('ids and names that objects know do no harm', async () => {
  const names = ['__proto__', 'constructor', 'hasOwnProperty', 'toString']
  const { socket, rooms } = scene(names.map((name) => room(name, { name })))
  socket.become('live')
  await flush()
  for (const room_id of names) {
    socket.tell('room.updated', { room_id, name: 'polluted', topic: 'polluted', retention_days: 0 })
    assert.equal(rooms.get(room_id).topic, 'polluted')
  }
  assert.equal({}.topic, undefined)
})

test('who is in a room\'s call is kept as it is told, until nobody is', async () => {
  const { socket, rooms } = scene([room('r_a')])
  socket.become('live')
  await flush()
  const call = () => [rooms.get('r_a').call_id, rooms.get('r_a').call_user_ids]
  socket.tell('rtc.call_event', { room_id: 'r_a', call_id: 'call_1', event: 'created' })
  assert.deepEqual(call(), ['call_1', []])
  socket.tell('rtc.call_roster', { room_id: 'r_a', call_id: 'call_1', user_ids: ['u_1', 'u_2'] })
  socket.tell('rtc.call_event', { room_id: 'r_a', call_id: 'call_1', event: 'created' })
  assert.deepEqual(call(), ['call_1', ['u_1', 'u_2']])
  socket.tell('rtc.call_event', { room_id: 'r_a', call_id: 'call_0', event: 'ended' })
  assert.deepEqual(call(), ['call_1', ['u_1', 'u_2']])
  socket.tell('rtc.call_roster', { room_id: 'r_a', call_id: 'call_1', user_ids: ['u_2'] })
  socket.tell('rtc.call_event', { room_id: 'r_a', call_id: 'call_1', event: 'ended' })
  socket.tell('rtc.call_roster', { room_id: 'r_a', call_id: 'call_1', user_ids: [] })
  assert.deepEqual(call(), [null, []])
})
