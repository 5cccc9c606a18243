import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Refusal } from '../../public/js/refusal.js'
import { FakeClock, FakeStorage, flush, refuse } from './fakes.js'
import { server, tab, texts } from './tabs.js'

test('what is written goes out at once, and is off the shelf when the server has it', async () => {
  const { socket, outbox, at, clock, storage } = tab()
  socket.become('live')
  outbox.add('r_1', 'hello')
  assert.deepEqual(texts(outbox.waiting('r_1')), ['hello'])
  await clock.pass(100)
  assert.deepEqual([at.texts(), outbox.all(), Object.keys(storage)], [['hello'], [], []])
})

test('twenty written while the server is away go out once each and in order, by whatever page comes next', async () => {
  const first = tab()
  const wanted = Array.from({ length: 20 }, (_, i) => `message ${i}`)
  for (const text of wanted) first.outbox.add('r_1', text)
  const next = tab({ storage: first.storage, name: 'b' })
  assert.deepEqual(texts(next.outbox.waiting('r_1')), wanted)
  next.socket.become('live')
  await next.clock.pass(1_000)
  assert.deepEqual([next.at.texts(), next.outbox.all()], [wanted, []])
})

test('an answer that is lost makes no double: the same id goes again', async () => {
  const { socket, outbox, at, clock } = tab()
  at.lose = 3
  socket.become('live')
  outbox.add('r_1', 'one')
  outbox.add('r_1', 'two')
  await clock.pass(10_000)
  assert.deepEqual([at.texts(), outbox.all()], [['one', 'two'], []])
  assert.equal(socket.asked.length > 4, true)
})

test('told to slow down, it waits as long as the server says', async () => {
  const { socket, outbox, at, clock } = tab()
  socket.answers.set('msg.send', refuse('RATE_LIMITED', { retry_after_ms: 700 }))
  socket.become('live')
  outbox.add('r_1', 'one')
  await clock.pass(50)
  socket.answers.set('msg.send', at.answer)
  await clock.pass(600)
  assert.deepEqual(at.texts(), [])
  await clock.pass(200)
  assert.deepEqual(at.texts(), ['one'])
})

test('a message that is refused for good stays to be seen, and does not hold up the others', async () => {
  const { socket, outbox, at, clock } = tab()
  socket.answers.set('msg.send', (body) => (body.text === 'bad' ? refuse('FORBIDDEN')() : at.answer(body)))
  socket.become('live')
  for (const text of ['one', 'bad', 'two']) outbox.add('r_1', text)
  await clock.pass(100)
  const [failed] = outbox.all()
  assert.deepEqual([at.texts(), failed.text, failed.failed], [['one', 'two'], 'bad', 'FORBIDDEN'])
  socket.answers.set('msg.send', at.answer)
  outbox.retry(failed)
  await clock.pass(100)
  assert.deepEqual(at.texts(), ['one', 'two', 'bad'])
})

test('what is cancelled before it left is never sent', async () => {
  const { socket, outbox, at, clock } = tab()
  outbox.cancel(outbox.add('r_1', 'one'))
  outbox.add('r_1', 'two')
  socket.become('live')
  await clock.pass(100)
  assert.deepEqual(at.texts(), ['two'])
})

test('what the server surely does not have can be written otherwise before it goes', async () => {
  const { socket, outbox, at, clock } = tab()
  const item = outbox.add('r_1', 'frist')
  outbox.rewrite(item, 'first')
  assert.deepEqual(texts(outbox.waiting('r_1')), ['first'])
  socket.become('live')
  await clock.pass(100)
  assert.deepEqual(at.texts(), ['first'])
})

test('what was refused can be mended and goes again; what may have arrived is left as it is', async () => {
  const { socket, outbox, at, clock } = tab()
  socket.answers.set('msg.send', refuse('TOO_LARGE'))
  socket.become('live')
  const item = outbox.add('r_1', 'too long')
  await clock.pass(100)
  socket.answers.set('msg.send', async (body) => {
    await at.answer(body)
    socket.become('offline')
    throw new Refusal('LOST', 'lost')
  })
  outbox.rewrite(item, 'short')
  await clock.pass(100)
  const [sent] = outbox.waiting('r_1')
  assert.deepEqual([at.texts(), outbox.mayRewrite(sent)], [['short'], false])
  outbox.rewrite(sent, 'other')
  assert.deepEqual(texts(outbox.waiting('r_1')), ['short'])
})

test('one room does not wait for another', async () => {
  const { socket, outbox, at, clock } = tab()
  socket.answers.set('msg.send', (body) => (body.room_id === 'r_1' ? new Promise(() => {}) : at.answer(body)))
  socket.become('live')
  outbox.add('r_1', 'stuck')
  outbox.add('r_2', 'free')
  await clock.pass(100)
  assert.deepEqual(at.texts(), ['free'])
})

/** Web Locks, as far as they are used: one holder a name, first come first served. */
function webLocks() {
  const last = new Map()
  return {
    request(name, work) {
      const turn = (last.get(name) ?? Promise.resolve()).then(work)
      last.set(name, turn.catch(() => {}))
      return turn
    },
  }
}

for (const [how, locks] of [['by Web Locks', webLocks()], ['by a lease', undefined]]) {
  test(`two tabs on one storage send once and in order, ${how}`, async () => {
    const shared = { storage: new FakeStorage(), clock: new FakeClock(), at: server(), locks }
    const a = tab({ ...shared, name: 'a' })
    const b = tab({ ...shared, name: 'b' })
    for (let i = 0; i < 6; i++) {
      ;(i % 2 ? a : b).outbox.add('r_1', `message ${i}`)
      await shared.clock.pass(1)
    }
    shared.at.lose = 2
    a.socket.become('live')
    b.socket.become('live')
    await shared.clock.pass(20_000)
    assert.deepEqual(shared.at.texts(), Array.from({ length: 6 }, (_, i) => `message ${i}`))
    assert.deepEqual([a.outbox.all(), b.outbox.all()], [[], []])
  })
}

test('a tab that died with the lease is followed by another after a while', async () => {
  const { socket, outbox, at, clock, shelf } = tab()
  shelf.put('lease/u_1/outbox/r_1/', { owner: 'dead', until: clock.now() + 14_000 })
  socket.become('live')
  outbox.add('r_1', 'one')
  await clock.pass(5_000)
  assert.deepEqual(at.texts(), [])
  await clock.pass(10_000)
  assert.deepEqual(at.texts(), ['one'])
})

test('a lease from a clock that went wrong holds nobody up', async () => {
  const { socket, outbox, at, clock, shelf } = tab()
  shelf.put('lease/u_1/outbox/r_1/', { owner: 'dead', until: clock.now() + 1e12 })
  socket.become('live')
  outbox.add('r_1', 'one')
  await clock.pass(100)
  assert.deepEqual(at.texts(), ['one'])
})

test('with no room left it is sent all the same, and says that a reload would lose it', async () => {
  const { socket, outbox, at, clock } = tab({ storage: new FakeStorage(10) })
  const item = outbox.add('r_1', 'one')
  assert.equal(item.kept, false)
  assert.equal(outbox.waiting('r_1')[0].kept, false)
  socket.become('live')
  await clock.pass(100)
  assert.deepEqual([at.texts(), outbox.all()], [['one'], []])
})

test('half a character cannot travel, so it is replaced before it is kept', () => {
  const { outbox } = tab()
  assert.equal(outbox.add('r_1', 'a\ud83d b\ude00 😀').text, 'a\ufffd b\ufffd 😀')
})

test('what another tab writes is told', async () => {
  const { outbox } = tab()
  const heard = []
  outbox.addEventListener('change', ({ detail }) => heard.push(detail.room_id))
  for (const key of ['u_1/outbox/r_9/0001', 'u_2/outbox/r_8/0001', 'u_1/rooms', '__proto__']) outbox.heard(key)
  await flush()
  assert.deepEqual(heard, ['r_9'])
})

test('damaged entries are passed over', async () => {
  const { socket, outbox, at, clock, shelf } = tab()
  shelf.put('u_1/outbox/r_1/0', { text: 5 })
  shelf.put('u_1/outbox/r_1/1', 'x')
  outbox.add('r_1', 'one')
  socket.become('live')
  await clock.pass(100)
  assert.deepEqual(at.texts(), ['one'])
})
