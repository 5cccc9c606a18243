import assert from 'node:assert/strict'
import test from 'node:test'
import { Line } from '../../integrations/hubot/src/line.mjs'
import { Link } from '../../integrations/hubot/src/link.mjs'
import { Hopeless } from '../../integrations/hubot/src/settings.mjs'
import { FakeLog, FakeSocket, settled } from './fakes.mjs'

const GREETED = { session: { authenticated: true } }

function scene(asks) {
  FakeSocket.made = []
  const log = new FakeLog()
  const welcomed = []
  const ours = { welcome: async (link) => (welcomed.push(link), asks && link.ask(asks, {})), hear: () => {} }
  const line = new Line({ url: 'ws://x/ws', token: 't' }, ours, log, (url, hear) => new Link(url, hear, FakeSocket))
  return { line, log, welcomed, kept: line.keep() }
}

async function greet(socket, answer = GREETED) {
  socket.open()
  await settled()
  socket.answer('hello', answer)
  await settled()
}

test('a connection that breaks is made anew after a wait', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const { line, log, welcomed, kept } = scene()
  await greet(FakeSocket.made[0])
  FakeSocket.made[0].end(1012, 'restart')
  await settled()
  assert.match(log.lines[0], /no connection \(1012 restart\); the next try is in 0\.\d s/)
  assert.equal(FakeSocket.made.length, 1)
  t.mock.timers.tick(500)
  await settled()
  await greet(FakeSocket.made[1])
  assert.equal(welcomed.length, 2)
  line.close()
  await kept
})

for (const code of [4001, 4003]) {
  test(`a session that was closed with ${code} is not tried again`, async () => {
    const { kept } = scene()
    const hopeless = assert.rejects(kept, Hopeless)
    await greet(FakeSocket.made[0])
    FakeSocket.made[0].end(code)
    await hopeless
    assert.equal(FakeSocket.made.length, 1)
  })
}

test('a session that is over while the line is welcomed is not tried again', async () => {
  const { kept, log } = scene('room.list')
  const hopeless = assert.rejects(kept, /session was ended/)
  await greet(FakeSocket.made[0])
  FakeSocket.made[0].refuse('room.list', 'AUTH_REQUIRED')
  await hopeless
  assert.deepEqual([FakeSocket.made.length, log.lines], [1, []])
})

test('a token that the server does not know is not tried again', async () => {
  const { kept } = scene()
  const hopeless = assert.rejects(kept, /does not know this token/)
  await greet(FakeSocket.made[0], { session: { authenticated: false } })
  await hopeless
})

test('a greeting that is refused with AUTH_FAILED ends it, with RATE_LIMITED it is tried again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  const { kept } = scene()
  const hopeless = assert.rejects(kept, Hopeless)
  for (const [at, code] of ['RATE_LIMITED', 'AUTH_FAILED'].entries()) {
    FakeSocket.made[at].open()
    await settled()
    FakeSocket.made[at].refuse('hello', code)
    await settled()
    t.mock.timers.tick(500)
    await settled()
  }
  await hopeless
  assert.equal(FakeSocket.made.length, 2)
})

test('a closed line stays closed', async () => {
  const { line, kept } = scene()
  await greet(FakeSocket.made[0])
  line.close()
  await kept
  assert.equal(FakeSocket.made.length, 1)
})

test('a line that is closed while it waits for the next try ends at once', async () => {
  const { line, log, kept } = scene()
  await greet(FakeSocket.made[0])
  FakeSocket.made[0].end(1012)
  await settled()
  assert.equal(log.lines.length, 1)
  line.close()
  await kept
  assert.equal(FakeSocket.made.length, 1)
})
