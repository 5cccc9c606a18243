/** What one may do in a room, and doing it. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Members } from '../../public/js/members.js'
import { deedsOn, leaving, myRank } from '../../public/js/order.js'
import { Rooms } from '../../public/js/rooms.js'
import { FakeClock, FakeSocket, flush, refuse, room, user } from './fakes.js'

const member = (user_id, role) => ({ ...user(user_id), role, online: true })
const [OWNER, MOD, SOMEBODY] = [member('u_o', 'owner'), member('u_m', 'mod'), member('u_s', 'member')]
const ALL = [OWNER, MOD, SOMEBODY]

for (const [who, rank, me, target, deeds] of [
  ['an owner gives any other role and puts out', 3, 'u_o', SOMEBODY, ['owner', 'mod', 'mute', 'kick', 'ban']],
  ['an owner is above a moderator', 3, 'u_o', MOD, ['owner', 'member', 'mute', 'kick', 'ban']],
  ['the last owner stays one', 3, 'u_o', OWNER, []],
  ['a moderator puts out members only', 2, 'u_m', SOMEBODY, ['mute', 'kick', 'ban']],
  ['a moderator does nothing to an owner', 2, 'u_m', OWNER, []],
  ['nor to another moderator', 2, 'u_x', MOD, []],
  ['a member does nothing', 1, 'u_s', MOD, []],
  ['an outsider does nothing', 0, 'u_x', SOMEBODY, []],
]) {
  test(who, () => assert.deepEqual(deedsOn(rank, me, target, ALL), deeds))
}

test('one of two owners may step down, and not put out oneself', () => {
  const other = member('u_p', 'owner')
  assert.deepEqual(deedsOn(3, 'u_o', OWNER, [OWNER, other]), ['mod', 'member'])
  assert.deepEqual(deedsOn(3, 'u_o', other, [OWNER, other]), ['mod', 'member'])
})

test('an admin of the server is an owner in public rooms, and nobody special in groups', () => {
  const ranks = [room('r_1', { role: 'member' }), room('g_1', { kind: 'group', role: 'member' }), undefined].map((one) => myRank(one, true))
  assert.deepEqual(ranks, [3, 1, 0])
  assert.deepEqual([myRank(room('r_1', { role: 'mod' }), false), myRank(room('r_1', { role: '__proto__' }), false)], [2, 0])
})

test('keeping order asks the server, a blank reason is none, and whoever looks on is told', async () => {
  const socket = new FakeSocket()
  const members = new Members({ socket, clock: new FakeClock() })
  const told = []
  members.addEventListener('order', ({ detail }) => told.push(detail.room_id))
  socket.become('live')
  for (const t of ['room.mute', 'room.unmute', 'room.kick', 'room.ban', 'room.unban', 'room.set_role']) socket.answers.set(t, (body) => body)
  const whom = { room_id: 'r_1', user_id: 'u_s' }
  assert.deepEqual(await members.kick({ ...whom, reason: ' loud ' }), { ...whom, reason: 'loud' })
  assert.deepEqual(await members.ban({ ...whom, reason: '  ' }), { ...whom, reason: null })
  assert.deepEqual(await members.mute({ ...whom, reason: ' ' }, 60_000), { ...whom, reason: null, ttl_ms: 60_000 })
  assert.deepEqual(await members.unmute(whom), { ...whom, reason: null })
  assert.deepEqual(await members.unban(whom), { ...whom, reason: null })
  assert.deepEqual(await members.setRole('r_1', 'u_s', 'mod'), { ...whom, role: 'mod' })
  for (const kind of ['join', 'ban', 'role']) socket.tell('room.member_event', { room_id: 'r_1', kind, target_user_id: 'u_s' })
  assert.deepEqual(told, ['r_1', 'r_1'])
})

test('whoever is muted can be let go, and is not muted once more', () => {
  assert.deepEqual(deedsOn(2, 'u_m', SOMEBODY, ALL, true), ['unmute', 'kick', 'ban'])
  assert.deepEqual(deedsOn(2, 'u_m', OWNER, ALL, true), [])
})

test('a mute is seen at once, ends by the clock alone, and is lifted by a word', async () => {
  const [socket, clock] = [new FakeSocket(), new FakeClock()]
  const members = new Members({ socket, clock })
  socket.become('live')
  const until = clock.now() + 60_000
  socket.answers.set('room.members', () => ({ room_id: 'r_1', members: [MOD, { ...SOMEBODY, muted_until: until }] }))
  let told = 0
  members.addEventListener('change', () => told++)
  await members.load('r_1')
  assert.deepEqual(['u_m', 'u_s', 'u_x', undefined].map((who) => members.mutedUntil('r_1', who)), [0, until, 0, 0])
  await clock.pass(59_999)
  assert.deepEqual([members.mutedUntil('r_1', 'u_s'), told], [until, 1])
  await clock.pass(1)
  assert.deepEqual([members.mutedUntil('r_1', 'u_s'), told], [0, 2])
  const later = clock.now() + 28 * 86_400_000
  const event = { room_id: 'r_1', target_user_id: 'u_s', actor_user_id: 'u_m' }
  socket.tell('room.muted', { ...event, until: later })
  socket.tell('room.muted', { ...event, room_id: 'r_2', until: later })
  assert.equal(members.mutedUntil('r_1', 'u_s'), later)
  for (let day = 0; day < 27; day++) await clock.pass(86_400_000)
  assert.equal(members.mutedUntil('r_1', 'u_s'), later)
  socket.tell('room.muted', { ...event, until: 0 })
  assert.deepEqual([members.mutedUntil('r_1', 'u_s'), members.of('r_2')], [0, []])
})

test('who is banned is for moderators', async () => {
  const socket = new FakeSocket()
  const members = new Members({ socket, clock: new FakeClock() })
  socket.become('live')
  socket.answers.set('room.bans', () => ({ room_id: 'r_1', bans: [{ user_id: 'u_s' }] }))
  assert.deepEqual(await members.bans('r_1'), [{ user_id: 'u_s' }])
  socket.answers.set('room.bans', refuse('FORBIDDEN'))
  await assert.rejects(members.bans('r_1'), { code: 'FORBIDDEN' })
})

test('a room is changed at once by whoever changes it, and gone when it is deleted', async () => {
  const socket = new FakeSocket()
  let listed = [room('r_1')]
  socket.answers.set('room.list', () => ({ rooms: listed }))
  socket.answers.set('room.update', ({ room_id, name }) => ({ room_id, name, topic: 'tea', retention_days: 7 }))
  socket.answers.set('room.delete', (body) => ((listed = []), body))
  const cache = { rooms: () => [], keepRooms: () => {} }
  const rooms = new Rooms({ socket, cache, clock: new FakeClock(), session: { user: user('u_o') } })
  socket.become('live')
  await flush()
  await rooms.update('r_1', { name: 'kitchen' })
  const { name, topic, retention_days } = rooms.get('r_1')
  assert.deepEqual([name, topic, retention_days], ['kitchen', 'tea', 7])
  await rooms.remove('r_1')
  assert.equal(rooms.get('r_1'), undefined)
})

test('a group ends with its last person, whichever bots are in it', () => {
  const [person, bot] = [{ bot: false }, { bot: true }]
  const ends = (kind, member_count, members) => leaving({ kind, member_count }, members)
  assert.match(ends('public', 1, [person]), /come back at any time/)
  assert.match(ends('group', 3, [person, bot, person]), /new invite/)
  assert.match(ends('group', 2, [person, bot]), /deleted/)
  assert.match(ends('group', 1, []), /deleted/)
  assert.match(ends('group', 2, []), /new invite/)
})
