import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Cache } from '../../public/js/cache.js'
import { Messages } from '../../public/js/messages.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeClock, FakeSocket, FakeStorage, flush, message, refuse, user } from './fakes.js'

/** A room on a server of the test's own; `log` holds its messages as they are now. */
function scene(count = 0, storage = new FakeStorage()) {
  const clock = new FakeClock()
  const socket = new FakeSocket()
  const cache = new Cache(new Shelf(storage))
  cache.claim(user('u_1'), 'e1')
  const log = Array.from({ length: count }, (_, i) => message(i + 1))
  socket.answers.set('msg.list', (body) => page(log, body))
  const messages = new Messages({ socket, cache, clock })
  const say = (seq, more) => {
    log.push(message(seq, more))
    socket.tell('msg.event', { room_id: 'r_1', msg: log.at(-1) })
  }
  return { clock, socket, cache, log, messages, say, storage, seqs: () => messages.timeline('r_1').messages.map(({ seq }) => seq) }
}

function page(log, { after_seq, before_seq, around_seq, after_rev, limit }) {
  const rev = Math.max(0, ...log.map((msg) => msg.rev))
  const result = (messages, next_after_rev = rev, more = false) => ({
    room_id: 'r_1', messages: [...messages], next_after_seq: messages.at(-1)?.seq ?? 0, next_after_rev, more,
  })
  if (after_rev !== undefined) {
    const found = log.filter((msg) => msg.rev > after_rev).sort((one, other) => one.rev - other.rev)
    const some = found.slice(0, limit)
    return result(some, some.at(-1)?.rev ?? rev, found.length > some.length)
  }
  if (after_seq !== undefined) return result(log.filter((msg) => msg.seq > after_seq).slice(0, limit))
  if (before_seq !== undefined) return result(log.filter((msg) => msg.seq < before_seq).slice(-limit))
  if (around_seq !== undefined) return result(log.filter((msg) => Math.abs(msg.seq - around_seq) <= 2))
  return result(log.slice(-limit))
}

test('a room opens with its newest page and goes on live', async () => {
  const { socket, messages, say, seqs } = scene(60)
  socket.become('live')
  await messages.sync('r_1')
  say(61)
  assert.deepEqual([seqs().length, seqs()[0], seqs().at(-1)], [51, 11, 61])
  await messages.older('r_1')
  assert.deepEqual([seqs()[0], messages.timeline('r_1').hasOlder], [1, false])
})

test('after a fall it asks for what changed, edits too, and hears events only then', async () => {
  const { socket, messages, log, say, seqs } = scene(3)
  socket.become('live')
  await messages.sync('r_1')
  socket.become('waiting')
  log.push(message(4))
  log[0] = message(1, { rev: 5, text: 'edited' })
  socket.become('live')
  say(5, { rev: 6 })
  assert.deepEqual(seqs(), [1, 2, 3])
  await messages.sync('r_1')
  assert.deepEqual(seqs(), [1, 2, 3, 4, 5])
  assert.equal(messages.timeline('r_1').get(1).text, 'edited')
  assert.deepEqual(socket.asked.at(-1).body, { room_id: 'r_1', after_rev: 3, limit: 200 })
})

test('an event between the page and its answer is neither lost nor doubled', async () => {
  const { socket, messages, log, say, seqs } = scene(2)
  let answer
  socket.answers.set('msg.list', (body) => new Promise((resolve) => (answer = () => resolve(old(body)))))
  const before = [...log]
  const old = (body) => page(before, body)
  socket.become('live')
  const synced = messages.sync('r_1')
  await flush()
  say(3)
  answer()
  await synced
  assert.deepEqual(seqs(), [1, 2, 3])
})

test('a lost event is seen by its gap and fetched', async () => {
  const { socket, messages, log, say, seqs } = scene(2)
  socket.become('live')
  await messages.sync('r_1')
  log.push(message(3))
  say(4)
  await flush()
  assert.deepEqual(seqs(), [1, 2, 3, 4])
})

test('after a very long absence it starts anew from the newest page', async () => {
  const { socket, messages, log, seqs } = scene(3)
  socket.become('live')
  await messages.sync('r_1')
  socket.become('waiting')
  for (let seq = 4; seq <= 1500; seq++) log.push(message(seq))
  socket.become('live')
  await messages.sync('r_1')
  assert.deepEqual([seqs().length, seqs()[0], seqs().at(-1)], [50, 1451, 1500])
  assert.deepEqual([messages.timeline('r_1').holes, messages.timeline('r_1').rev], [[], 1500])
})

test('the next page starts from the cache and asks only for what is new', async () => {
  const first = scene(3)
  first.socket.become('live')
  await first.messages.sync('r_1')
  first.say(4)
  first.messages.settle()
  const next = scene(6, first.storage)
  assert.deepEqual(next.seqs(), [1, 2, 3, 4])
  next.socket.become('live')
  await next.messages.sync('r_1')
  assert.deepEqual(next.seqs(), [1, 2, 3, 4, 5, 6])
  assert.equal(next.socket.asked.at(-1).body.after_rev, 4)
})

test('an unsteady server is asked again; a refusal that stays is told', async () => {
  const { socket, messages, clock, log } = scene(2)
  let tries = 0
  socket.answers.set('msg.list', (body) => (++tries < 3 ? refuse('UNAVAILABLE')() : page(log, body)))
  socket.become('live')
  const synced = messages.sync('r_1')
  await clock.pass(1_000)
  await synced
  assert.equal(messages.timeline('r_1').standing, 'fresh')
  socket.answers.set('msg.list', refuse('NOT_FOUND'))
  const refused = []
  messages.addEventListener('refused', ({ detail }) => refused.push(detail.refusal.code))
  await messages.sync('r_2')
  assert.deepEqual([refused, messages.timeline('r_2').standing], [['NOT_FOUND'], 'stale'])
})

test('a catch-up that is overtaken by a new connection is done again on that one', async () => {
  const { socket, messages, clock, log, say, seqs } = scene(2)
  socket.answers.set('msg.list', refuse('UNAVAILABLE'))
  socket.become('live')
  const synced = messages.sync('r_1')
  await flush()
  socket.become('waiting')
  socket.become('live')
  socket.answers.set('msg.list', (body) => page(log, body))
  say(3)
  await clock.pass(10_000)
  await synced
  assert.deepEqual([seqs(), messages.timeline('r_1').standing], [[1, 2, 3], 'fresh'])
})

test('holes fill page by page, and those that have nothing in them close', async () => {
  const { socket, messages, log, seqs } = scene(200)
  socket.become('live')
  await messages.around('r_1', 20)
  assert.deepEqual(messages.timeline('r_1').holes, [{ after: 22, before: 151 }])
  while (messages.timeline('r_1').holes[0]) await messages.fill('r_1', messages.timeline('r_1').holes[0])
  assert.deepEqual([seqs()[0], seqs().length], [18, 183])
  log.splice(0, 17)
  await messages.older('r_1')
  assert.equal(messages.timeline('r_1').hasOlder, false)
})

test('a message that changes while its page is on the way is fetched as it is now', async () => {
  const { socket, messages, log } = scene(60)
  socket.become('live')
  await messages.sync('r_1')
  let answered = 0
  socket.answers.set('msg.list', (body) => {
    const result = page(log, body)
    if (answered++ === 0) {
      log[4] = message(5, { rev: 61, text: 'edited' })
      socket.tell('msg.updated', { room_id: 'r_1', msg: log[4] })
    }
    return result
  })
  await messages.older('r_1')
  assert.deepEqual([messages.timeline('r_1').get(5).text, answered], ['edited', 2])
})

test('what comes in a burst is kept once, with the watermark of that moment, or when the page may end', async () => {
  const { socket, messages, say, cache, clock, storage } = scene(2)
  let writes = 0
  const setItem = storage.setItem.bind(storage)
  Object.defineProperty(storage, 'setItem', { value: (key, value) => (key.includes('page/') && writes++, setItem(key, value)) })
  const kept = () => [writes, cache.page('r_1')?.rev, cache.page('r_1')?.messages.at(-1).seq]
  socket.become('live')
  await messages.sync('r_1')
  for (const seq of [3, 4, 5]) say(seq)
  assert.deepEqual(kept(), [0, undefined, undefined])
  await clock.pass(500)
  assert.deepEqual(kept(), [1, 5, 5])
  say(6)
  messages.settle()
  messages.settle()
  assert.deepEqual(kept(), [2, 6, 6])
  await clock.pass(5_000)
  assert.deepEqual(kept(), [2, 6, 6])
})

test('no watermark is kept in the middle of a catch-up, nor of a room that is forgotten', async () => {
  const { socket, messages, log, say, cache, clock } = scene(2)
  socket.become('live')
  await messages.sync('r_1')
  await clock.pass(500)
  say(3)
  socket.become('waiting')
  assert.deepEqual([cache.page('r_1').rev, cache.page('r_1').messages.length], [3, 3])
  for (let seq = 4; seq <= 300; seq++) log.push(message(seq))
  let pages = 0
  socket.answers.set('msg.list', (body) => (++pages === 1 ? page(log, body) : new Promise(() => {})))
  socket.become('live')
  void messages.sync('r_1')
  await clock.pass(1_000)
  messages.settle()
  assert.deepEqual([pages, messages.timeline('r_1').last, cache.page('r_1').rev, cache.page('r_1').messages.length], [2, 203, 3, 3])
  messages.forget('r_1')
  messages.settle()
  await clock.pass(1_000)
  assert.equal(cache.page('r_1'), null)
})

test('a room by any name is kept apart from what objects are made of', async () => {
  const { socket, messages } = scene(1)
  socket.become('live')
  for (const room_id of ['__proto__', 'constructor', 'toString', 'hasOwnProperty']) {
    await messages.sync(room_id)
    assert.equal(messages.timeline(room_id).last, 1)
    messages.forget(room_id)
  }
  assert.equal({}.last, undefined)
})
