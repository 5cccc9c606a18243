import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Timeline } from '../../public/js/timeline.js'
import { message } from './fakes.js'

const seqs = (timeline) => timeline.messages.map(({ seq }) => seq)

function fresh(...numbers) {
  const timeline = new Timeline()
  timeline.begin()
  timeline.add(numbers.map((seq) => message(seq)))
  timeline.finish(numbers.at(-1) ?? 0)
  return timeline
}

test('messages stand by seq, whatever order they come in, and once', () => {
  const timeline = new Timeline()
  timeline.add([5, 1, 3, 2, 5, 1].map((seq) => message(seq)))
  assert.deepEqual(seqs(timeline), [1, 2, 3, 5])
})

test('a later rev replaces an earlier one and never the other way', () => {
  const timeline = new Timeline()
  timeline.add([message(1, { rev: 9, text: 'edited' }), message(1, { rev: 4, text: 'first' })])
  assert.equal(timeline.get(1).text, 'edited')
})

test('missing seqs are holes until they are filled or known to be gone', () => {
  const timeline = new Timeline()
  timeline.add([3, 4, 8, 12].map((seq) => message(seq)))
  assert.deepEqual(timeline.holes, [{ after: 4, before: 8 }, { after: 8, before: 12 }])
  timeline.add([5, 6, 7].map((seq) => message(seq)))
  timeline.close(8)
  assert.deepEqual(timeline.holes, [])
  assert.equal(timeline.hasOlder, true)
  timeline.close(0)
  assert.equal(timeline.hasOlder, false)
})

test('a change to a message older than all that is here makes no island', () => {
  const timeline = fresh(10, 11)
  timeline.hear(message(2, { rev: 50 }))
  assert.deepEqual([seqs(timeline), timeline.rev, timeline.missed], [[10, 11], 50, 1])
})

test('an event that skips a seq shows that one was lost, and makes the room stale', () => {
  const timeline = fresh(1, 2)
  timeline.hear(message(4))
  assert.deepEqual([seqs(timeline), timeline.standing, timeline.rev], [[1, 2], 'stale', 2])
})

test('while it catches up events wait, so that the watermark never passes a page that is not here', () => {
  const timeline = fresh(1)
  timeline.lapse()
  timeline.hear(message(5))
  timeline.begin()
  timeline.hear(message(4))
  assert.deepEqual([seqs(timeline), timeline.rev], [[1], 1])
  timeline.change([message(2), message(3)])
  timeline.finish(3)
  assert.deepEqual([seqs(timeline), timeline.rev, timeline.standing], [[1, 2, 3, 4], 4, 'fresh'])
})

test('an event that a page held already changes nothing', () => {
  const timeline = fresh(1)
  timeline.begin()
  timeline.hear(message(2, { rev: 2, text: 'as posted' }))
  timeline.change([message(2, { rev: 6, text: 'as edited' })])
  timeline.finish(6)
  assert.deepEqual([timeline.get(2).text, timeline.rev], ['as edited', 6])
})

test('reactions come and go, once for each person, even with an emoji called __proto__', () => {
  const timeline = fresh(1)
  const react = (rev, emoji, user_id, on) => timeline.hearReaction({ room_id: 'r_1', msg_id: 'm_1', seq: 1, rev, emoji, user_id, on })
  react(2, '__proto__', 'u_1', true)
  react(2, '__proto__', 'u_9', true)
  react(3, '__proto__', 'u_2', true)
  react(4, '👍', 'u_1', true)
  react(5, '👍', 'u_1', false)
  assert.deepEqual(Object.entries(timeline.get(1).reactions), [['__proto__', ['u_1', 'u_2']]])
  assert.equal({}.polluted, undefined)
  assert.equal(timeline.rev, 5)
})

test('my message is known by its client_msg_id, and nobody else’s is mistaken for it', () => {
  const timeline = fresh()
  timeline.hear(message(1, { client_msg_id: 'c_1', user_id: 'u_1' }))
  assert.equal(timeline.holds('u_1', 'c_1'), true)
  assert.equal(timeline.holds('u_2', 'c_1'), false)
})
