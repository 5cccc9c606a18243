import assert from 'node:assert/strict'
import test from 'node:test'
import { Gone, Link, Refusal } from '../../integrations/hubot/src/link.mjs'
import { untilAskedAgain, untilNextTry } from '../../integrations/hubot/src/patience.mjs'
import { FakeSocket, settled } from './fakes.mjs'

const scene = () => {
  const heard = []
  const link = new Link('ws://x/ws', (frame) => heard.push(frame.t), FakeSocket)
  return { link, heard, socket: FakeSocket.made.at(-1) }
}

const greeted = async () => {
  const found = scene()
  const greeting = found.link.greet('token')
  found.socket.open()
  await settled()
  found.socket.answer('hello', { session: {} })
  await greeting
  return found
}

test('the first word is hello, with the token and what it understands', async () => {
  const { socket } = await greeted()
  const [{ t, body }] = socket.sent
  assert.deepEqual([t, body.resume.session_token, body.caps], ['hello', 'token', ['heartbeat', 'batch']])
  socket.end(1000)
})

test('of a frame with several each is taken, in order', async () => {
  const { link, heard, socket } = await greeted()
  const asked = link.ask('room.list')
  const id = socket.sent.at(-1).id
  socket.say({ t: 'msg.event', body: {} }, { t: 'room.list_result', reply_to: id, body: { rooms: [] } }, { t: 'room.updated', body: {} })
  assert.deepEqual(await asked, { rooms: [] })
  assert.deepEqual(heard, ['msg.event', 'room.updated'])
  socket.end(1000)
})

test('what the server refuses is thrown with its code', async () => {
  const { link, socket } = await greeted()
  const asked = link.ask('msg.send')
  socket.refuse('msg.send', 'FORBIDDEN')
  await assert.rejects(asked, (error) => error instanceof Refusal && error.code === 'FORBIDDEN')
  socket.end(1000)
})

test('a busy server is asked the very same again after the wait that it named', async (t) => {
  const { link, socket } = await greeted()
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const asked = link.insist('msg.send', { client_msg_id: 'one' })
  socket.refuse('msg.send', 'RATE_LIMITED', { retry_after_ms: 700 })
  await settled()
  t.mock.timers.tick(699)
  await settled()
  assert.equal(socket.sent.filter((frame) => frame.t === 'msg.send').length, 1)
  t.mock.timers.tick(1)
  await settled()
  const sent = socket.sent.filter((frame) => frame.t === 'msg.send')
  assert.deepEqual(sent.map((frame) => frame.body), [{ client_msg_id: 'one' }, { client_msg_id: 'one' }])
  socket.answer('msg.send', { seq: 1 })
  assert.deepEqual(await asked, { seq: 1 })
  t.mock.timers.reset()
  socket.end(1000)
})

test('with the connection go all questions that wait on it, and later ones', async () => {
  const { link, socket } = await greeted()
  const asked = link.ask('room.list')
  socket.end(1012, 'restart')
  await assert.rejects(asked, Gone)
  await assert.rejects(link.ask('room.list'), Gone)
  assert.deepEqual(await link.ended, { code: 1012, reason: 'restart' })
})

test('it says something every 15 seconds, and ends when nobody answers', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const { link, socket } = await greeted()
  t.mock.timers.tick(15_000)
  assert.equal(socket.sent.at(-1).t, 'ping')
  socket.answer('ping')
  t.mock.timers.tick(15_000)
  assert.equal(socket.sent.filter((frame) => frame.t === 'ping').length, 2)
  t.mock.timers.tick(15_000)
  assert.equal((await link.ended).code, 1006)
  assert.ok(socket.closed)
})

test('the waits grow to half a minute, and no two clients wait alike', () => {
  const waits = [0, 1, 2, 3, 20, 5000].map((failures) => untilNextTry(failures, () => 1))
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 30_000, 30_000])
  assert.equal(untilNextTry(20, () => 0), 15_000)
})

test('only a busy server is asked again', () => {
  assert.equal(untilAskedAgain(new Refusal({ code: 'RATE_LIMITED', message: '', details: { retry_after_ms: 5 } })), 5)
  assert.equal(untilAskedAgain(new Refusal({ code: 'UNAVAILABLE', message: '' })), 1000)
  assert.equal(untilAskedAgain(new Refusal({ code: 'FORBIDDEN', message: '' })), null)
  assert.equal(untilAskedAgain(new Gone('')), null)
})
