/** Links that fall and come back: when they are restarted, when they are made anew, and what is left alone. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Recovery } from '../../public/js/rtc/recovery.js'
import { Hall } from './call-scene.js'
import { FakeClock, flush } from './fakes.js'
import { FakeNet } from './rtc-fakes.js'

function scene({ polite = false, able = true, rebuilds = 0 } = {}) {
  const clock = new FakeClock()
  const pc = new FakeNet().connect()
  const done = []
  const care = { pc, clock, random: () => 0, polite, rebuilds, able: () => able }
  for (const deed of ['restart', 'resend', 'rebuild', 'ping']) care[deed] = () => void done.push(deed)
  const recovery = new Recovery(care)
  const grow = (bytesReceived) => pc.stats.set('T', { type: 'transport', bytesReceived })
  return { clock, pc, done, recovery, grow }
}

test('one that is disconnected for a moment is left alone', async () => {
  const { clock, pc, done } = scene()
  pc.become('connected')
  pc.become('disconnected')
  await clock.pass(3_900)
  pc.become('connected')
  await clock.pass(60_000)
  assert.deepEqual(done, [])
})

test('one that stays disconnected is restarted after four seconds, by the polite end after eight', async () => {
  for (const [polite, ms] of [[false, 4_000], [true, 8_000]]) {
    const { clock, pc, done } = scene({ polite })
    pc.become('connected')
    pc.become('disconnected')
    await clock.pass(ms - 1)
    assert.deepEqual(done, [])
    await clock.pass(1)
    assert.deepEqual(done, ['restart'])
  }
})

test('one that says to be disconnected but hears the other is not restarted', async () => {
  const { clock, pc, done, grow } = scene()
  pc.become('connected')
  pc.become('disconnected')
  for (let bytes = 100; bytes < 600; bytes += 100) {
    await flush()
    grow(bytes)
    await clock.pass(4_000)
  }
  assert.deepEqual(done, [])
  await clock.pass(4_000)
  assert.deepEqual(done, ['restart'])
})

test('one that failed is restarted at once, then later and later, and in the end made anew', async () => {
  const { clock, pc, done } = scene()
  pc.become('connected')
  pc.become('failed')
  assert.deepEqual(done, ['restart'])
  await clock.pass(2_000)
  assert.equal(done.length, 2)
  await clock.pass(4_000)
  assert.equal(done.length, 3)
  await clock.pass(8_000)
  assert.deepEqual(done, ['restart', 'restart', 'restart', 'rebuild'])
})

test('one that was never connected is late after fifteen seconds, and tried again', async () => {
  const { clock, pc, done, recovery } = scene()
  let told = 0
  recovery.addEventListener('change', () => told++)
  await clock.pass(14_999)
  assert.deepEqual([recovery.late, done], [false, []])
  await clock.pass(1)
  assert.deepEqual([recovery.late, done, told], [true, ['restart'], 1])
  pc.become('connected')
  assert.deepEqual([recovery.late, told], [false, 2])
})

test('the third connection in a row is given more time than the first', async () => {
  const { clock, done } = scene({ rebuilds: 2 })
  await clock.pass(59_999)
  assert.deepEqual(done, [])
  await clock.pass(1)
  assert.deepEqual(done, ['restart'])
})

test('an offer without an answer is said again, and after three times the connection is made anew', async () => {
  const { clock, pc, done } = scene()
  pc.become('connected')
  await pc.setLocalDescription()
  await clock.pass(30_000)
  assert.deepEqual(done, ['resend', 'resend', 'resend'])
  await clock.pass(10_000)
  assert.deepEqual(done, ['resend', 'resend', 'resend', 'rebuild'])
})

test('nothing is tried while the other cannot be told', async () => {
  const { clock, pc, done } = scene({ able: false })
  await pc.setLocalDescription()
  pc.become('failed')
  await clock.pass(120_000)
  assert.deepEqual(done, [])
})

test('after waking, one that hears nothing is restarted, one that hears is not', async () => {
  for (const [bytes, expected] of [[100, ['ping', 'restart']], [200, ['ping']]]) {
    const { clock, pc, done, recovery, grow } = scene()
    grow(100)
    pc.become('connected')
    void recovery.nudge()
    await flush()
    grow(bytes)
    await clock.pass(3_000)
    assert.deepEqual(done, expected)
  }
})

test('on a computer too busy to keep time, a restart is put off, but not for ever', async () => {
  const { clock, pc, done } = scene()
  const { now, after } = clock
  let late = 0
  clock.now = () => now() + late
  clock.after = (ms, work) => after(ms, () => {
    late += 1_000
    work()
  })
  pc.become('connected')
  pc.become('failed')
  await clock.pass(9_999)
  assert.deepEqual(done, ['restart'])
  await clock.pass(1)
  assert.deepEqual(done, ['restart', 'restart'])
})

test('one that is closed does nothing any more', async () => {
  const { clock, pc, done, recovery } = scene()
  await pc.setLocalDescription()
  pc.become('failed')
  recovery.close()
  await clock.pass(120_000)
  assert.deepEqual(done, ['restart'])
})

async function two() {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  ada.speaks()
  ada.shares('s1')
  await flush()
  return { hall, ada, bob, link: () => ada.linkTo(bob), there: () => bob.linkTo(ada) }
}

test('a restart negotiates new ways for the same connection', async () => {
  const { hall, bob, link, there } = await two()
  const before = link().pc.ufrag
  hall.net.down = true
  for (const { pc } of [link(), there()]) pc.become('failed')
  hall.net.down = false
  await flush()
  assert.notEqual(link().pc.ufrag, before)
  assert.deepEqual([link().linked, there().linked, bob.sees()], ['connected', 'connected', ['u_ada mic', 'u_ada s1']])
})

test('new credentials are there before the restart', async () => {
  const { hall, link } = await two()
  hall.ice = { stun_urls: [], turn_urls: ['turn:a'], turn_username: 'now', turn_credential: 'c' }
  await link().restart()
  assert.deepEqual(link().pc.config.iceServers, [])
  const ada = await hall.joins('u_cid')
  hall.ice = { ...hall.ice, turn_username: 'later' }
  await hall.clock.pass(30_000)
  const [one, other] = ada.call.links.values()
  await Promise.all([one.restart(), other.restart()])
  assert.deepEqual([one, other].map(({ pc }) => pc.config.iceServers[0].username), ['later', 'later'])
  assert.equal(hall.asked.filter(({ t }) => t === 'rtc.ice_servers').length, 1)
})

test('a connection made anew is told from the old one, and everything shown is there again', async () => {
  const { bob, ada, link, there } = await two()
  const before = [link().pc, there().pc]
  link().rebuild()
  await flush()
  assert.deepEqual(before.map(({ signalingState }) => signalingState), ['closed', 'closed'])
  assert.deepEqual([link().linked, bob.sees(), ada.told.filter(([type]) => type === 'removed')], ['connected', ['u_ada mic', 'u_ada s1'], []])
})

test('both ends may make it anew in the same moment', async () => {
  const { hall, bob, link, there } = await two()
  hall.hold()
  link().rebuild()
  there().rebuild()
  await flush()
  await hall.release()
  await hall.clock.pass(30_000)
  assert.deepEqual([link().linked, there().linked, bob.sees()], ['connected', 'connected', ['u_ada mic', 'u_ada s1']])
})

test('what was still under way for the old connection is dropped', async () => {
  const { hall, ada, bob, link } = await two()
  hall.hold()
  ada.shares('s2')
  await flush()
  link().rebuild()
  await flush()
  await hall.release()
  await hall.clock.pass(30_000)
  assert.deepEqual([link().linked, bob.sees()], ['connected', ['u_ada mic', 'u_ada s1', 'u_ada s2']])
})

test('with no way at all, a link is late, then lost, and connects when there is one', async () => {
  const hall = new Hall()
  hall.net.down = true
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  assert.equal(bob.linkTo(ada).linked, 'connecting')
  await hall.clock.pass(15_000)
  assert.deepEqual([bob.linkTo(ada).late, bob.linkTo(ada).linked, bob.call.peers[1].linked], [true, 'lost', 'lost'])
  await hall.clock.pass(120_000)
  assert.ok(bob.linkTo(ada).counts.rebuilds > 0)
  hall.net.down = false
  await hall.clock.pass(130_000)
  assert.deepEqual([bob.linkTo(ada).linked, ada.linkTo(bob).linked], ['connected', 'connected'])
})
