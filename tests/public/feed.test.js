/** What the page shows of a timeline: lines, a window, and where the new begins. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { feed, readersAt } from '../../public/js/feed.js'
import { Newness } from '../../public/js/newness.js'
import { Span } from '../../public/js/span.js'
import { Timeline } from '../../public/js/timeline.js'
import { message } from './fakes.js'

const MINUTE = 60_000
const NOON = new Date(2026, 4, 4, 12).getTime()

function timeline(...messages) {
  const made = new Timeline()
  made.add(messages)
  return made
}

const at = (seq, minutes, more) => message(seq, { ts: NOON + minutes * MINUTE, ...more })
const shape = (lines) => lines.map(({ kind, head, msg }) => (kind === 'message' ? `${head ? 'head' : 'more'} ${msg.seq}` : kind))
const all = (made) => [0, made.size]

test('messages of one author in one breath stand together; another author, a pause or an answer begins anew', () => {
  const made = timeline(at(1, 0), at(2, 1), at(3, 2, { user_id: 'u_2' }), at(4, 3), at(5, 20), at(6, 21, { reply_to_msg_id: 'm_1' }), at(7, 22))
  assert.deepEqual(shape(feed(made, all(made))), ['day', 'head 1', 'more 2', 'head 3', 'head 4', 'head 5', 'head 6', 'more 7'])
})

test('a day begins with a divider, and so does what is new', () => {
  const made = timeline(at(1, 0), at(2, 24 * 60), at(3, 24 * 60 + 1))
  assert.deepEqual(shape(feed(made, all(made), { newAfter: 2 })), ['day', 'head 1', 'day', 'head 2', 'new', 'head 3'])
  assert.deepEqual(shape(feed(made, [1, 3], { newAfter: 1 })), ['day', 'new', 'head 2', 'more 3'])
})

test('where messages are missing there is a hole, until it is known that there are none', () => {
  const made = timeline(at(1, 0), at(5, 1))
  assert.deepEqual(shape(feed(made, all(made))), ['day', 'head 1', 'hole', 'head 5'])
  made.close(1, 5)
  assert.deepEqual(shape(feed(made, all(made))), ['day', 'head 1', 'more 5'])
})

test('what waits to be sent comes last, once, and only at the end', () => {
  const made = timeline(at(1, 0), at(2, 1, { client_msg_id: 'c_1' }))
  const waiting = ['c_1', 'c_2', 'c_3'].map((client_msg_id) => ({ client_msg_id, room_id: 'r', text: 'x', ts: NOON + MINUTE, key: client_msg_id, failed: '', kept: true }))
  const lines = feed(made, all(made), { waiting, user_id: 'u_1' })
  assert.deepEqual(lines.map(({ key }) => key), ['d 1', 'm 1', 'm 2', 'p c_2', 'p c_3'])
  assert.deepEqual(feed(made, [0, 1], { waiting, user_id: 'u_1' }).map(({ key }) => key), ['d 1', 'm 1'])
})

test('a reader stands at the last message they read, but not at their own, and I never do', () => {
  const made = timeline(at(1, 0), at(2, 1, { user_id: 'u_2' }))
  assert.deepEqual([...readersAt(made, new Map([['u_me', 2], ['u_2', 2], ['u_3', 2], ['u_4', 1]]), 'u_me')], [[2, ['u_3']], [1, ['u_4']]])
})

const long = (count) => timeline(...Array.from({ length: count }, (_, i) => message(i + 1)))

test('of a long room only what is near the reader is in the page, and it moves with them', () => {
  const [made, span] = [long(5000), new Span()]
  assert.deepEqual([span.places(made), span.atEnd], [[4940, 5000], true])
  for (let i = 0; i < 20; i++) assert.equal(span.up(made), true)
  const [from, to] = span.places(made)
  assert.deepEqual([from, to - from, span.atEnd], [4140, 140, false])
  made.add([message(5001)])
  assert.deepEqual(span.places(made), [from, to])
  while (span.down(made));
  assert.deepEqual([span.atEnd, span.places(made)[1]], [true, 5001])
})

test('another room begins with few messages at its end, and the rest comes once', () => {
  const [made, span] = [long(5000), new Span()]
  span.begin()
  assert.deepEqual([span.places(made), span.atEnd], [[4970, 5000], true])
  assert.deepEqual([span.rest(), span.places(made), span.rest()], [true, [4940, 5000], false])
})

test('a window stays where it is when older messages come before it', () => {
  const made = timeline(...Array.from({ length: 60 }, (_, i) => message(i + 101)))
  const span = new Span()
  span.stay(made)
  made.add(Array.from({ length: 50 }, (_, i) => message(i + 51)))
  assert.deepEqual(span.places(made), [50, 110])
  assert.equal(span.up(made), true)
  span.around(made, 60)
  assert.deepEqual(span.places(made), [0, 39])
  span.toEnd()
  assert.deepEqual(span.places(made), [50, 110])
})

test('a window at the end does not grow for ever while nobody follows', () => {
  const [made, span] = [long(100), new Span()]
  span.stay(made)
  made.add(Array.from({ length: 1000 }, (_, i) => message(i + 101)))
  span.stay(made)
  assert.deepEqual(span.places(made), [40, 180])
})

test('the divider stands where I had read to, and stays while I read on', () => {
  const newness = new Newness()
  newness.enter('r_1')
  newness.look({ read: 5, last: 8, watching: true })
  assert.equal(newness.after, 5)
  newness.look({ read: 8, last: 9, watching: true })
  assert.equal(newness.after, 5)
  newness.enter('r_2')
  assert.equal(newness.after, 0)
})

test('what comes while I watch is not new, what comes behind my back is', () => {
  const newness = new Newness()
  newness.enter('r_1')
  newness.look({ read: 5, last: 5, watching: true })
  newness.look({ read: 5, last: 6, watching: true })
  assert.equal(newness.after, 0)
  newness.look({ read: 6, last: 7, watching: false })
  assert.equal(newness.after, 6)
  newness.look({ read: 7, last: 7, watching: true })
  newness.rest()
  assert.equal(newness.after, 0)
})

test('a divider that I close does not come back for what I have seen', () => {
  const newness = new Newness()
  let told = 0
  newness.addEventListener('change', () => told++)
  newness.enter('r_1')
  newness.look({ read: 5, last: 8, watching: true })
  newness.close()
  newness.look({ read: 5, last: 8, watching: true })
  assert.deepEqual([newness.after, told], [0, 1])
})
