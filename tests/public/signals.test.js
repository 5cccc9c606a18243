/** Signals to one peer: said again while it helps, and only then. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Refusal } from '../../public/js/refusal.js'
import { signal } from '../../public/js/rtc/signals.js'
import { FakeClock } from './fakes.js'

const TO = { call_id: 'call_1', to_peer_id: 'p_2' }

/** A server with the bucket of RELIABILITY 33 behind it, by the test's own clock. */
function server(clock, { burst, perSecond }) {
  let [tokens, at] = [burst, clock.now()]
  const passed = []
  const ask = async (t, body) => {
    tokens = Math.min(burst, tokens + ((clock.now() - at) / 1000) * perSecond)
    at = clock.now()
    if (tokens < 1) throw new Refusal('RATE_LIMITED', 'slow down', { details: { retry_after_ms: Math.ceil(((1 - tokens) / perSecond) * 1000) } })
    tokens--
    passed.push(body)
  }
  return { passed, socket: { ask, live: true, life: 1 } }
}

test('of three hundred candidates at once none is lost to the rate limit', async () => {
  const clock = new FakeClock()
  const { passed, socket } = server(clock, { burst: 200, perSecond: 20 })
  const all = Array.from({ length: 300 }, (_, at) => signal({ socket, clock }, 'ice', { ...TO, candidate: { candidate: `${at}` } }, () => true))
  await clock.pass(30_000)
  await Promise.all(all)
  assert.equal(new Set(passed.map(({ candidate }) => candidate.candidate)).size, 300)
})

test('what has become untrue, or belongs to another connection, is not said again', async () => {
  const clock = new FakeClock()
  for (const ends of [(its) => (its.still = false), (its) => (its.socket.life = 2), (its) => (its.socket.live = false)]) {
    const { passed, socket } = server(clock, { burst: 0, perSecond: 1 })
    const its = { socket, still: true }
    const said = signal({ socket, clock }, 'offer', { ...TO, sdp: 'v=0' }, () => its.still)
    ends(its)
    await clock.pass(60_000)
    await said
    assert.deepEqual(passed, [])
  }
})
