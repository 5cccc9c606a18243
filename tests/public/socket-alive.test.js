/** Whether anybody is at the other end: asked now and then, and when there is doubt. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { flush } from './fakes.js'
import { goLive, scene } from './socket-scene.js'

test('it says something every 20 seconds, measures the way, and lets go of a server that is silent', async () => {
  const given = scene()
  await goLive(given)
  await given.clock.pass(20_000)
  assert.equal(given.wire().asked().t, 'ping')
  await given.clock.pass(30)
  given.wire().reply('pong', {})
  await flush()
  assert.equal(given.socket.roundTrip, 30)
  assert.equal(given.socket.offset, 5_000_000 + 15 - given.clock.now())
  await given.clock.pass(20_000)
  await given.clock.pass(10_000)
  assert.equal(given.socket.state.name, 'waiting')
})

test('a nudge ends the waiting, and tests a connection that seems alive', async () => {
  const given = scene({ online: () => false })
  await goLive(given)
  given.wire().drop()
  assert.equal(given.socket.state.name, 'offline')
  given.socket.nudge()
  assert.equal(given.socket.state.name, 'connecting')
  await goLive(given)
  given.socket.nudge()
  assert.equal(given.wire().asked().t, 'ping')
  await given.clock.pass(5_000)
  assert.notEqual(given.socket.state.name, 'live')
})

test('a doubt tests a connection that seems alive, and hurries nothing', async () => {
  const given = scene()
  await goLive(given)
  given.socket.doubt()
  assert.equal(given.wire().asked().t, 'ping')
  await given.clock.pass(5_000)
  given.socket.doubt()
  assert.deepEqual([given.socket.state.name, given.wires.length], ['waiting', 1])
})
