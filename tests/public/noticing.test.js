/** Noticing: levels, and what calls me when. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { waitingFor } from '../../public/js/levels.js'
import { ways } from '../../public/js/palette.js'
import { FakeStorage, flush, message, room, user } from './fakes.js'
import { FakeLocks, levelsOf, tab } from './notice-scene.js'

test('a group calls for all, a public room for mentions, until somebody says otherwise, each user for themselves', () => {
  const storage = new FakeStorage()
  const levels = levelsOf(storage)
  const [open, group] = [room('r_1'), room('g_1', { kind: 'group' })]
  assert.deepEqual([levels.of(open), levels.of(group)], ['mentions', 'all'])
  levels.set('r_1', 'none')
  levels.set('g_1', 'whatever')
  levels.choose({ dnd: true })
  const [again, other] = [levelsOf(storage), levelsOf(storage, 'u_other')]
  assert.deepEqual([again.of(open), again.of(group), again.ways], ['none', 'all', { desktop: false, sound: true, dnd: true }])
  assert.deepEqual([other.of(open), other.ways.dnd], ['mentions', false])
})

test('what another tab chooses holds here', () => {
  const levels = levelsOf()
  let changes = 0
  levels.addEventListener('change', () => changes++)
  for (const key of ['u_me/notices/ways', 'u_me/notices/level/r_1', 'u_other/notices/ways', 'u_me/rooms']) levels.heard(key)
  assert.equal(changes, 2)
})

test('a silent room and one that I am not in add nothing to what waits', () => {
  const levels = levelsOf()
  levels.set('r_2', 'none')
  const waits = { last_seq: 5, read_seq: 2, unread_mentions: 1 }
  const rooms = [room('r_1', waits), room('r_2', waits), room('r_3', { ...waits, joined: false })]
  assert.deepEqual(waitingFor(rooms, levels), { unread: 3, mentions: 1 })
})

test('mentions, answers to me and what is said in groups call; my own words and the rest do not', async () => {
  const { say, calls, lines, clock } = tab({ locks: new FakeLocks() })
  await flush()
  await say('r_1')
  await say('g_1', { user_id: 'u_me' })
  await say('nowhere', { mentions: ['u_me'] })
  assert.deepEqual(calls, [])
  await say('r_1', { mentions: ['u_me'], text: 'a ||secret|| for @me' })
  assert.deepEqual([calls[0], lines()[0].title, lines()[0].body, lines()[0].tag], ['mention', 'Ada in r_1', 'a (hidden) for @me', 'r_1'])
  await clock.pass(2_000)
  await say('g_1')
  await say('r_1', { reply_to_msg_id: 'm_mine' })
  assert.deepEqual([lines().length, calls.filter((call) => typeof call === 'string')], [3, ['mention', 'message']]) // the last is too soon for another sound
})

test('a call opens its message, and goes when that is read, wherever', async () => {
  const { say, calls, lines, here, read } = tab({ locks: new FakeLocks() })
  await flush()
  await say('g_1')
  lines()[0].open()
  assert.deepEqual(here.opened, ['g_1', 5])
  read('g_1', 4)
  assert.ok(!calls.includes('closed'))
  read('g_1', 5)
  assert.ok(calls.includes('closed'))
  await say('g_1')
  assert.equal(lines().length, 1) // read before it was heard
})

test('levels and do not disturb keep it quiet', async () => {
  const { say, calls, levels } = tab({ locks: new FakeLocks() })
  await flush()
  levels.set('g_1', 'none')
  await say('g_1', { mentions: ['u_me'] })
  levels.set('g_1', 'all')
  levels.choose({ dnd: true })
  await say('g_1')
  assert.deepEqual(calls, [])
  levels.choose({ dnd: false, sound: false, desktop: false })
  await say('g_1')
  assert.deepEqual(calls, [])
})

test('one tab calls, none for what any of them shows, and another takes over when it loses its connection', async () => {
  const locks = new FakeLocks()
  const [one, two] = [tab({ locks }), tab({ locks, looking: true, at: 'r_1' })]
  await flush()
  for (const each of [one, two]) await each.say('r_1', { mentions: ['u_me'] })
  assert.deepEqual([one.lines().length, two.lines().length], [0, 0])
  for (const each of [one, two]) await each.say('g_1')
  assert.deepEqual([one.lines().length, two.lines().length], [1, 0])
  one.socket.become('waiting')
  await flush()
  await two.say('g_1')
  assert.deepEqual([one.lines().length, two.lines().length], [1, 1])
})

test('without locks each connected tab speaks for itself', async () => {
  const { say, lines, socket } = tab({})
  await say('g_1')
  socket.become('waiting')
  await say('g_1')
  assert.equal(lines().length, 1)
})
