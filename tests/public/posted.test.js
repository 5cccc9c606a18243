import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Shelf } from '../../public/js/shelf.js'
import { FakeClock, FakeStorage } from './fakes.js'
import { server, tab, texts } from './tabs.js'

test('what is posted is shown until its event is here, and is not sent again', async () => {
  const { socket, outbox, at, clock } = tab()
  socket.become('live')
  outbox.add('r_1', 'one')
  await clock.pass(100)
  socket.become('waiting')
  outbox.add('r_1', 'two')
  assert.deepEqual([texts(outbox.waiting('r_1')), texts(outbox.all())], [['one', 'two'], ['two']])
  const [posted] = outbox.waiting('r_1')
  assert.deepEqual([posted.seq, outbox.mayRewrite(posted)], [1, false])
  outbox.handOver('r_2', () => true)
  outbox.handOver('r_1', ({ seq }) => seq > 1)
  assert.deepEqual(texts(outbox.waiting('r_1')), ['one', 'two'])
  outbox.handOver('r_1', ({ seq }) => seq <= 1)
  assert.deepEqual(texts(outbox.waiting('r_1')), ['two'])
  socket.become('live')
  await clock.pass(100)
  assert.deepEqual(at.texts(), ['one', 'two'])
  outbox.reset()
  assert.deepEqual(outbox.waiting('r_1'), [])
})

/** What a browser does: each write is told to the other tab, later and one by one. */
function overheard(storage, other) {
  const told = []
  const write = (key, newValue) => told.push({ key, newValue })
  const [setItem, removeItem] = [storage.setItem.bind(storage), storage.removeItem.bind(storage)]
  Object.defineProperty(storage, 'setItem', { value: (key, value) => (setItem(key, value), write(key, value)) })
  Object.defineProperty(storage, 'removeItem', { value: (key) => (removeItem(key), write(key, null)) })
  return () => told.splice(0).forEach((event) => other.outbox.heard(Shelf.changed(event), Shelf.written(event)))
}

test('in a tab that did not send it, a message does not vanish before its event is here', async () => {
  const shared = { storage: new FakeStorage(), clock: new FakeClock(), at: server() }
  const [a, b] = [tab({ ...shared, name: 'a' }), tab({ ...shared, name: 'b' })]
  const tell = overheard(shared.storage, b)
  const shown = []
  b.outbox.addEventListener('change', () => shown.push(texts(b.outbox.waiting('r_1'))))
  a.socket.become('live')
  a.outbox.add('r_1', 'one')
  tell()
  await shared.clock.pass(100)
  tell()
  assert.deepEqual([Object.keys(shared.storage), a.outbox.all(), b.outbox.all()], [[], [], []])
  assert.ok(shown.length > 1 && shown.every((one) => one.join() === 'one'), JSON.stringify(shown))
  b.outbox.handOver('r_1', ({ seq }) => seq === 1)
  assert.deepEqual(b.outbox.waiting('r_1'), [])
  const item = a.outbox.add('r_2', 'never mind')
  a.outbox.cancel(item)
  tell()
  assert.deepEqual(b.outbox.waiting('r_2'), [])
})

test('what another tab writes on the shelf is taken for posted only when it is whole', () => {
  const { outbox } = tab()
  for (const written of [undefined, 5, {}, { seq: 1, room_id: 'r_1' }, { seq: 1, room_id: 'r_2', text: 'x', client_msg_id: 'c' }, { seq: 'x', room_id: 'r_1', text: 'x', client_msg_id: 'c' }]) {
    outbox.heard('u_1/outbox/r_1/0001_c', written)
  }
  assert.deepEqual(outbox.waiting('r_1'), [])
  assert.equal(Shelf.written({ newValue: '{' }), undefined)
})
