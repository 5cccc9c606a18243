import assert from 'node:assert/strict'
import { test } from 'node:test'

import { backoff } from '../../public/js/socket.js'
import { flush } from './fakes.js'
import { ACK, goLive, scene } from './socket-scene.js'

test('it says hello first, and is live when the server knows the user', async () => {
  const given = scene()
  await goLive(given)
  const { t, v, body } = given.wire().sent[0]
  assert.deepEqual([t, v, body.caps], ['hello', 1, ['batch', 'heartbeat']])
  assert.deepEqual(given.states, ['connecting', 'live'])
})

test('hello is told before the state, so that nobody asks as somebody else', async () => {
  const given = scene()
  const order = []
  given.socket.addEventListener('hello', () => order.push('hello'))
  given.socket.addEventListener('state', () => order.push(given.socket.state.name))
  await goLive(given)
  assert.deepEqual(order, ['connecting', 'hello', 'live'])
})

test('a guest is not kept waiting on a socket', async () => {
  const given = scene()
  await goLive(given, { ...ACK, session: { authenticated: false, user: null } })
  assert.deepEqual(given.socket.state, { name: 'ended', why: 'guest' })
  assert.equal(given.wire().closed, 1000)
  await given.clock.pass(60_000)
  assert.equal(given.wires.length, 1)
})

test('what is asked while it comes back waits for the connection, and is refused where there is none', async () => {
  const given = scene()
  await goLive(given)
  given.wire().drop(1006)
  await assert.rejects(given.socket.ask('room.list'), { code: 'OFFLINE' })
  await given.clock.pass(1_000)
  const asked = given.socket.ask('room.list')
  await goLive(given)
  given.wire().reply('room.list_result', { rooms: ['a'] }, given.wire().asked())
  assert.deepEqual(await asked, { rooms: ['a'] })
  given.wire().drop(1006)
  await given.clock.pass(1_000)
  const refused = assert.rejects(given.socket.ask('room.list'), { code: 'OFFLINE' })
  given.wire().drop(1006)
  await refused
})

test('each answer finds who asked, in whatever order they come', async () => {
  const given = scene()
  await goLive(given)
  const one = given.socket.ask('room.list')
  const first = given.wire().asked()
  const other = given.socket.ask('room.members', { room_id: 'r_1' })
  const second = given.wire().asked()
  given.wire().reply('room.members_result', { members: ['b'] }, second)
  given.wire().reply('room.list_result', { rooms: ['a'] }, first)
  assert.deepEqual([await one, await other], [{ rooms: ['a'] }, { members: ['b'] }])
})

test('a refusal carries code, details and trace', async () => {
  const given = scene()
  await goLive(given)
  const asked = given.socket.ask('msg.send', {})
  given.wire().refuse('RATE_LIMITED', 'slower', given.wire().asked(), { retry_after_ms: 700 })
  await assert.rejects(asked, { code: 'RATE_LIMITED', message: 'slower', trace: 'tr', waitMs: 700, passing: true })
  assert.equal(given.socket.lastError.code, 'RATE_LIMITED')
})

test('asking without a connection is refused at once', async () => {
  await assert.rejects(scene().socket.ask('room.list'), { code: 'OFFLINE' })
})

test('an answer that does not come is a timeout, and one that comes too late is ignored', async () => {
  const given = scene()
  await goLive(given)
  const asked = given.socket.ask('room.list', {}, { timeoutMs: 3_000 })
  const late = given.wire().asked('room.list')
  const refused = assert.rejects(asked, { code: 'TIMEOUT' })
  await given.clock.pass(3_000)
  await refused
  given.wire().reply('room.list_result', { rooms: [] }, late)
})

test('who waits when the connection breaks is told so, once', async () => {
  const given = scene()
  await goLive(given)
  const refused = assert.rejects(given.socket.ask('room.list'), { code: 'LOST' })
  given.wire().drop()
  await refused
  assert.equal(given.socket.state.name, 'waiting')
})

test('into a closing connection nothing is said, and why it ended is still heard', async () => {
  const given = scene()
  await goLive(given)
  given.wire().closing()
  const refused = assert.rejects(given.socket.ask('room.list'), { code: 'LOST' })
  assert.equal(given.wire().swallowed, 0)
  await refused
  given.wire().drop(4001)
  assert.deepEqual(given.socket.state, { name: 'ended', why: 'signed out' })
})

test('a connection that stays closing is given up by the next ping', async () => {
  const given = scene()
  await goLive(given)
  given.wire().closing()
  await given.clock.pass(20_000)
  assert.deepEqual([given.wire().swallowed, given.socket.state.name], [0, 'waiting'])
})

test('events go out under their own name, alone or in a batch, and unknown ones are passed over', async () => {
  const given = scene()
  await goLive(given)
  const heard = []
  for (const t of ['msg.event', 'room.created', '__proto__', 'state']) given.socket.addEventListener(t, ({ detail }) => heard.push([t, detail]))
  const event = (t, body) => ({ v: 1, t, id: 'f', ok: true, body })
  given.wire().say(event('msg.event', 1))
  given.wire().say(event('room.created', 2), event('__proto__', 3), event('state', 4), event('future.thing', 5), null, 7)
  assert.deepEqual(heard, [['msg.event', 1], ['room.created', 2]])
})

test('nonsense from the wire does no harm', async () => {
  const given = scene()
  await goLive(given)
  for (const data of ['', '{', 'null', '[]', '[[]]', '"x"', '{"t":1}', '{"t":"error"}', '{"t":"pong","reply_to":"__proto__"}']) {
    given.wire().onmessage({ data })
  }
  assert.equal(given.socket.live, true)
})

test('it comes back by itself, later and later, and quickly again after a steady time', async () => {
  const given = scene({ random: () => 1 })
  given.socket.start()
  const waits = []
  for (let fall = 0; fall < 8; fall++) {
    given.wire().drop()
    waits.push(given.socket.state.until - given.clock.now())
    await given.clock.pass(waits.at(-1))
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 15000, 15000, 15000])
  await goLive(given)
  await given.clock.pass(6_000)
  given.wire().drop(1012)
  assert.equal(given.socket.state.until - given.clock.now(), 250)
})

test('a server that lets in and throws out at once is not asked in a rush', async () => {
  const given = scene({ random: () => 1 })
  await goLive(given)
  given.wire().drop(4008)
  await given.clock.pass(500)
  await goLive(given)
  given.wire().drop(4009)
  assert.equal(given.socket.state.until - given.clock.now(), 15_000)
})

test('the wait is anywhere from nothing to its span', () => {
  assert.equal(backoff(3, 0), 0)
  assert.equal(backoff(3, 0.5), 1000)
  assert.equal(backoff(400, 0.999) < 15_000, true)
})

for (const [code, why] of [[4001, 'signed out'], [4003, 'banned']]) {
  test(`after ${code} it never comes back by itself`, async () => {
    const given = scene()
    await goLive(given)
    given.wire().drop(code)
    assert.deepEqual(given.socket.state, { name: 'ended', why })
    await given.clock.pass(120_000)
    given.socket.nudge()
    assert.equal(given.wires.length, 1)
    given.socket.start()
    assert.equal(given.wires.length, 2)
  })
}

test('a socket that does not open in time is given up', async () => {
  const given = scene()
  given.socket.start()
  await given.clock.pass(10_000)
  assert.equal(given.wires[0].closed, 1000)
  assert.equal(given.socket.state.name, 'waiting')
})

test('what an old socket still says is not heard', async () => {
  const given = scene()
  await goLive(given)
  const old = given.wire()
  const { onmessage, onclose } = old
  old.drop()
  await given.clock.pass(1_000)
  await goLive(given)
  onclose({ code: 4001 })
  onmessage({ data: '{"t":"msg.event","ok":true,"body":{}}' })
  assert.equal(given.socket.live, true)
})

test('a refused hello is tried again', async () => {
  const given = scene()
  given.socket.start()
  given.wire().open()
  given.wire().refuse('UNAVAILABLE')
  await flush()
  assert.equal(given.socket.state.name, 'waiting')
  await given.clock.pass(1_000)
  assert.equal(given.wires.length, 2)
})

test('ended, it leaves no timer behind', async () => {
  const given = scene()
  await goLive(given)
  given.socket.end('signed out')
  await flush()
  assert.equal(given.clock.waiting, 0)
})
