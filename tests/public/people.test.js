/** Who is here, who is in a room, who is typing. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Members } from '../../public/js/members.js'
import { Presence } from '../../public/js/presence.js'
import { Typing } from '../../public/js/typing.js'
import { FakeClock, FakeSocket, flush, refuse, user } from './fakes.js'

const present = (user_id, more = {}) => ({ ...user(user_id), online: true, status: 'online', rooms: [], text: '', ...more })
const live = (socket) => (socket.become('live'), flush())

test('the snapshot comes with the connection, and events change it', async () => {
  const socket = new FakeSocket()
  const presence = new Presence({ socket, clock: new FakeClock() })
  socket.answers.set('presence.subscribe', () => ({ users: [present('u_1'), present('u_2', { online: false })] }))
  await live(socket)
  const tell = (kind, user_id, more = {}) => socket.tell('presence.event', { kind, user_id, room_id: null, meta: {}, ...more })
  tell('online', 'u_2')
  tell('status', 'u_1', { meta: { status: 'busy', text: null } })
  tell('online', '__proto__', { meta: { handle: 'proto', display_name: 'Proto' } })
  tell('join_room', 'u_9', { room_id: 'r_1' })
  assert.deepEqual([presence.isOnline('u_1'), presence.isOnline('u_2'), presence.get('u_1').status], [true, true, 'busy'])
  assert.deepEqual([presence.nameOf('__proto__'), presence.nameOf('u_9', 'nine'), presence.get('u_9')], ['Proto', 'nine', undefined])
  assert.equal({}.handle, undefined)
  socket.become('waiting')
  assert.deepEqual([presence.isOnline('u_1'), presence.nameOf('u_1')], [false, 'u_1'])
})

test('a snapshot older than an event is asked for again', async () => {
  const socket = new FakeSocket()
  const presence = new Presence({ socket, clock: new FakeClock() })
  let asked = 0
  socket.answers.set('presence.subscribe', () => {
    const users = [present('u_1', { online: asked > 0 })]
    if (asked++ === 0) socket.tell('presence.event', { kind: 'online', user_id: 'u_1', room_id: null, meta: {} })
    return { users }
  })
  await live(socket)
  assert.equal(presence.isOnline('u_1'), true)
})

test('members of a room that is looked at follow who comes and goes', async () => {
  const socket = new FakeSocket()
  const members = new Members({ socket, clock: new FakeClock() })
  let there = ['u_1']
  socket.answers.set('room.members', () => ({ members: there.map((user_id) => ({ ...user(user_id), role: 'member', online: true })) }))
  await live(socket)
  await members.load('r_1')
  there = ['u_1', 'u_2']
  socket.tell('room.member_event', { room_id: 'r_1', kind: 'join', target_user_id: 'u_2' })
  socket.tell('room.member_event', { room_id: 'r_2', kind: 'join', target_user_id: 'u_2' })
  await flush()
  assert.deepEqual(members.of('r_1').map((one) => one.user_id), ['u_1', 'u_2'])
  assert.deepEqual(members.of('__proto__'), [])
  socket.answers.set('room.members', refuse('NOT_FOUND'))
  await members.load('r_1')
  assert.equal(members.of('r_1').length, 2)
})

test('bots that are in the room are not offered, and one is put in by its id', async () => {
  const socket = new FakeSocket()
  const members = new Members({ socket, clock: new FakeClock() })
  const bot = (user_id, in_room) => ({ user_id, handle: user_id, display_name: user_id, in_room })
  socket.answers.set('room.bots', () => ({ bots: [bot('u_1', true), bot('u_2', false)] }))
  socket.answers.set('room.add_bot', () => ({}))
  await live(socket)
  assert.deepEqual((await members.botsOutside('r_1')).map((one) => one.user_id), ['u_2'])
  await members.addBot('r_1', 'u_2')
  assert.deepEqual(socket.asked.at(-1), { t: 'room.add_bot', body: { room_id: 'r_1', user_id: 'u_2' } })
  socket.answers.set('room.bots', refuse('FORBIDDEN'))
  await assert.rejects(members.botsOutside('r_1'), { code: 'FORBIDDEN' })
})

function typingScene() {
  const socket = new FakeSocket()
  const clock = new FakeClock()
  const typing = new Typing({ socket, clock, session: { user: user('u_me') } })
  return { socket, clock, typing, types: (user_id) => socket.tell('msg.typing_event', { room_id: 'r_1', user_id }) }
}

test('who types is seen for five seconds after the last sign of it, or until the message comes', async () => {
  const { socket, clock, typing, types } = typingScene()
  types('u_1')
  types('u_2')
  types('u_me')
  await clock.pass(4_000)
  types('u_1')
  await clock.pass(2_000)
  assert.deepEqual(typing.in('r_1'), ['u_1'])
  socket.tell('msg.event', { room_id: 'r_1', msg: { user_id: 'u_1' } })
  assert.deepEqual([typing.in('r_1'), clock.waiting], [[], 0])
})

test('that I type is said every three seconds at most, and at once after a message was sent', async () => {
  const { socket, clock, typing } = typingScene()
  typing.say('r_1')
  socket.become('live')
  for (const wait of [0, 1_000, 1_000, 1_500]) {
    await clock.pass(wait)
    typing.say('r_1')
  }
  assert.equal(socket.asked.length, 2)
  typing.sent('r_1')
  typing.say('r_1')
  assert.equal(socket.asked.length, 3)
})
