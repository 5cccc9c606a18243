import assert from 'node:assert/strict'
import { test } from 'node:test'

import { untilAnswered, untilCalm } from '../../public/js/again.js'
import { FakeClock, FakeSocket, refuse } from './fakes.js'

function scene() {
  const socket = new FakeSocket()
  socket.become('live')
  return { socket, clock: new FakeClock() }
}

test('it asks again as long as the refusal may pass, later and later', async () => {
  const doors = scene()
  const at = []
  const answered = untilAnswered(async () => (at.push(doors.clock.now()), at.length < 4 ? refuse('UNAVAILABLE')() : 'done'), doors)
  await doors.clock.pass(5_000)
  assert.equal(await answered, 'done')
  assert.deepEqual(at.map((time) => time - at[0]), [0, 250, 750, 1750])
})

test('a refusal that stays is not asked against', async () => {
  let asked = 0
  await assert.rejects(untilAnswered(async () => (asked++, refuse('FORBIDDEN')()), scene()), { code: 'FORBIDDEN' })
  assert.equal(asked, 1)
})

test('what was begun on one connection is not gone on with on the next, where events were missed', async () => {
  const doors = scene()
  let asked = 0
  const refused = assert.rejects(untilAnswered(async () => (asked++, refuse('UNAVAILABLE')()), doors), { code: 'UNAVAILABLE' })
  doors.socket.become('waiting')
  doors.socket.become('live')
  await doors.clock.pass(5_000)
  await refused
  assert.equal(asked, 1)
})

test('who is never left in peace takes the fifth answer', async () => {
  let heard = 0
  assert.equal(await untilCalm(async () => ++heard, () => heard), 5)
})
