/** What is shown in a call: one line for all that comes and goes, each picture with its name. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Refusal } from '../../public/js/refusal.js'
import { Hall } from './call-scene.js'
import { flush } from './fakes.js'
import { FakeTrack } from './rtc-fakes.js'

const asked = (hall, t) => hall.asked.filter((one) => one.t === t)
const told = (caller, type) => caller.told.filter(([one]) => one === type).map(([, detail]) => detail)

test('to speak, to fall silent and to take another device negotiates nothing', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  const before = asked(hall, 'rtc.offer').length
  ada.speaks()
  const other = new FakeTrack('audio')
  ada.call.replace('mic', other, 'audio')
  await flush()
  assert.equal(ada.linkTo(bob).sender('mic', 'audio').track, other)
  ada.call.replace('mic', null, 'audio')
  await flush()
  assert.equal(ada.linkTo(bob).sender('mic', 'audio').track, null)
  assert.equal(asked(hall, 'rtc.offer').length, before)
})

test('who comes later gets what is sent now, not what was sent at first', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  ada.speaks()
  const other = new FakeTrack('audio')
  ada.call.replace('mic', other, 'audio')
  const bob = await hall.joins('u_bob')
  assert.equal(ada.linkTo(bob).sender('mic', 'audio').track, other)
})

test('a share begun and ended ten times leaves four lines', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  for (let round = 0; round < 10; round++) {
    ada.shares('s1')
    await flush()
    assert.deepEqual(bob.sees(), ['u_ada s1'])
    ada.call.unpublish('s1')
    await flush()
    assert.deepEqual(bob.sees(), [])
  }
  assert.equal(ada.linkTo(bob).pc.mLines, 4)
})

test('a share that ends before it was negotiated is stopped once it was', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  hall.hold()
  ada.shares('s1')
  ada.call.unpublish('s1')
  await flush()
  await hall.release()
  assert.deepEqual([ada.linkTo(bob).pc.getTransceivers().length, bob.sees()], [2, []])
})

test('toward somebody who cannot follow a line used again, tracks are taken away instead', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bot = await hall.joins('u_bot')
  hall.places.get(bot.peer_id).peer_meta = {}
  ada.call.leave()
  await flush()
  await ada.call.join('r_1')
  await flush()
  ada.shares('s1')
  await flush()
  const { pc } = ada.linkTo(bot)
  ada.call.unpublish('s1')
  await flush()
  assert.deepEqual([pc.getTransceivers().map(({ stopped }) => stopped), bot.sees()], [[false, false, false], []])
})

test('several screens of one person and their sound are streams of their own', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  ada.shares('s1', 'Game')
  ada.shares('s2', 'Map')
  await flush()
  assert.deepEqual(bob.call.streams.map(({ label, kind, tracks, media }) => [label, kind, tracks.video, media?.getTracks().length]), [
    ['Game', 'screen', true, 1], ['Map', 'screen', true, 1],
  ])
  const receiver = bob.linkTo(ada).receiver('s2', 'video')
  assert.equal(receiver.track, bob.call.streams[1].media.getTracks()[0])
})

test('a name without a picture is shown, and joined to it when it comes', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  hall.hold()
  ada.shares('s1')
  await flush()
  assert.deepEqual(bob.call.streams.map(({ stream_id, media }) => [stream_id, media]), [['s1', null]])
  assert.equal(told(bob, 'added').length, 1)
  await hall.release()
  assert.deepEqual([bob.sees(), told(bob, 'added').length], [['u_ada s1'], 1])
})

test('a picture whose name comes later is shown when it does', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  let late
  const tell = hall.tell.bind(hall)
  hall.tell = (t, body, but) => (t === 'rtc.stream_event' ? void (late = () => tell(t, body, but)) : tell(t, body, but))
  ada.shares('s1')
  await flush()
  assert.deepEqual(bob.call.streams, [])
  late()
  assert.deepEqual(bob.sees(), ['u_ada s1'])
})

test('who comes late finds everything that is shown, by name', async () => {
  const hall = new Hall()
  for (const name of ['u_a', 'u_b', 'u_c']) {
    const caller = await hall.joins(name)
    caller.films()
    caller.shares('s1', `Screen of ${name}`)
  }
  await flush()
  const late = await hall.joins('u_late')
  assert.deepEqual(late.sees(), ['u_a cam', 'u_a s1', 'u_b cam', 'u_b s1', 'u_c cam', 'u_c s1'])
  assert.deepEqual(late.call.streams.filter(({ kind }) => kind === 'screen').map(({ label }) => label), ['Screen of u_a', 'Screen of u_b', 'Screen of u_c'])
})

test('nine times both begin a share in the same moment, and all of them arrive', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  for (let round = 0; round < 9; round++) {
    hall.hold()
    for (const who of [ada, bob]) who.shares(`s${round % 3}`)
    await flush()
    await hall.release()
    assert.deepEqual([ada.sees(), bob.sees()], [[`u_bob s${round % 3}`], [`u_ada s${round % 3}`]])
    hall.hold()
    for (const who of [ada, bob]) who.call.unpublish(`s${round % 3}`)
    await flush()
    await hall.release()
    assert.deepEqual([ada.sees(), bob.sees()], [[], []])
  }
  const counts = [ada.linkTo(bob).counts, bob.linkTo(ada).counts]
  assert.deepEqual(counts.map(({ faults, rebuilds }) => [faults, rebuilds]), [[0, 0], [0, 0]])
  assert.equal(counts.reduce((sum, { ignored }) => sum + ignored, 0), 18)
})

test('a stream that the server refuses is taken back, with a sentence', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  await hall.joins('u_bob')
  hall.refusing.set('rtc.stream_publish', () => new Refusal('CONFLICT', 'a peer has at most 10 streams; take one back first'))
  const refused = []
  ada.call.addEventListener('refused', ({ detail }) => refused.push(detail.stream_id))
  ada.shares('s1')
  await flush()
  assert.deepEqual([ada.call.streams, ada.call.problem, refused], [[], 'A peer has at most 10 streams; take one back first.', ['s1']])
})
