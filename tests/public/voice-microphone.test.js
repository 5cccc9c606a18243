/** My own voice: taken, gated, muted, tested, and sent only when it should be. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { TAIL_MS } from '../../public/js/rtc/push-to-talk.js'
import { flush } from './fakes.js'
import { KEY, LOUD, QUIET, inCall, scene } from './microphone-scene.js'

test('in a call my microphone is taken as I chose, and published once; out of it, it is let go', async () => {
  const { call, media, microphone, ears, settings } = await inCall({ noise: false })
  assert.deepEqual(media.asked, [{ audio: { noiseSuppression: false, echoCancellation: true, autoGainControl: true } }])
  assert.deepEqual(call.done.map(([deed, { stream_id, kind }]) => [deed, stream_id, kind]), [['publish', 'mic', 'mic']])
  assert.deepEqual([microphone.works, microphone.muted, call.said], [true, false, { muted: false, deafened: false, speaking: false }])
  settings.choose({ sounds: false })
  call.become('away')
  call.become('in')
  await flush()
  assert.equal(call.done.length, 1)
  call.become('out')
  await flush()
  assert.deepEqual([media.given[0].readyState, ears[0].over, ears[0].stream.tracks[0].readyState], ['ended', true, 'ended'])
  call.become('in')
  await flush()
  assert.deepEqual([call.done.length, media.given.length], [2, 2])
})

test('it is asked for while joining, and one that comes after leaving is let go', async () => {
  const { call, media } = scene()
  let give
  media.hold = new Promise((resolve) => (give = resolve))
  call.become('joining')
  await flush()
  assert.equal(media.asked.length, 1)
  call.become('out')
  give()
  await flush()
  assert.deepEqual([media.given[0].readyState, call.done], ['ended', []])
})

test('voice opens the gate, silence shuts it after its hang, and the others are told', async () => {
  const { call, track, hear, microphone } = await inCall()
  assert.equal(track.enabled, false)
  await hear(QUIET)
  assert.deepEqual([microphone.gateOpen, track.enabled], [false, false])
  await hear(LOUD)
  assert.deepEqual([microphone.gateOpen, microphone.talking, track.enabled, call.said.speaking], [true, true, true, true])
  assert.equal(Math.round(microphone.level), -20)
  await hear(QUIET, 200)
  assert.equal(track.enabled, true)
  await hear(QUIET, 200)
  assert.deepEqual([track.enabled, call.said.speaking], [false, false])
})

test('the threshold decides what is voice, at once', async () => {
  const { hear, microphone, settings } = await inCall({ threshold: -10 })
  await hear(LOUD)
  assert.equal(microphone.gateOpen, false)
  settings.choose({ threshold: -30 })
  await hear(LOUD)
  assert.equal(microphone.gateOpen, true)
})

test('while the key is held I am heard, loud or not', async () => {
  const { clock, track, talk, hear, microphone } = await inCall({ mode: 'ptt' })
  await hear(LOUD, 100)
  assert.equal(track.enabled, false)
  talk.down(KEY)
  assert.deepEqual([track.enabled, microphone.talking], [true, true])
  await hear(QUIET, 1000)
  assert.equal(track.enabled, true)
  talk.up(KEY)
  await clock.pass(TAIL_MS)
  assert.equal(track.enabled, false)
  microphone.hold(true)
  assert.equal(track.enabled, true)
})

test('muted, nothing goes out; after 5 s not even packets; unmuted, the voice is back at once', async () => {
  const { call, clock, track, hear, microphone } = await inCall()
  await hear(LOUD)
  microphone.toggleMute()
  assert.deepEqual([track.enabled, call.said.muted, call.said.speaking], [false, true, false])
  await clock.pass(4_999)
  assert.equal(call.done.length, 1)
  await clock.pass(1)
  assert.deepEqual(call.done.at(-1), ['replace', 'mic', null, 'audio'])
  microphone.toggleMute()
  assert.deepEqual(call.done.at(-1), ['replace', 'mic', track, 'audio'])
  assert.equal(call.said.muted, false)
  microphone.toggleMute()
  await clock.pass(1000)
  microphone.toggleMute()
  await clock.pass(10_000)
  assert.equal(call.done.length, 3, 'a short mute exchanges nothing')
})

test('deafened is muted too, and undeafened I am as before', async () => {
  const { microphone, call } = await inCall()
  microphone.toggleDeafen()
  assert.deepEqual([microphone.deafened, microphone.muted, call.said.deafened, call.said.muted], [true, true, true, true])
  microphone.toggleDeafen()
  assert.deepEqual([microphone.deafened, microphone.muted], [false, false])
  microphone.toggleMute()
  microphone.toggleDeafen()
  microphone.toggleDeafen()
  assert.equal(microphone.muted, true, 'muted before')
  microphone.toggleDeafen()
  await microphone.toggleMute()
  assert.deepEqual([microphone.deafened, microphone.muted], [false, false], 'who unmutes wants to be in the talk')
})

test('talking while muted is noticed, a knock is not, and unmuting ends it', async () => {
  const { microphone, hear } = await inCall()
  await microphone.toggleMute()
  await hear(LOUD, 60)
  await hear(QUIET, 400)
  assert.equal(microphone.mutedTalking, false)
  await hear(LOUD, 700)
  assert.equal(microphone.mutedTalking, true)
  await microphone.toggleMute()
  assert.equal(microphone.mutedTalking, false)
})

test('muted before joining, I join muted', async () => {
  const { call, microphone, clock } = scene()
  await microphone.toggleMute()
  await clock.pass(10_000)
  call.become('in')
  await flush()
  assert.deepEqual([call.said.muted, call.done.map(([deed]) => deed)], [true, ['publish']])
  await microphone.toggleDeafen()
  assert.deepEqual(call.done.at(-1), ['replace', 'mic', null, 'audio'])
})

test('without a microphone I listen, and am shown muted; unmuting asks again and says what is wrong', async () => {
  const { call, media, microphone, said, devices } = scene()
  media.refusing = new DOMException('', 'NotAllowedError')
  call.become('in')
  await flush()
  assert.deepEqual([microphone.muted, microphone.works, call.said.muted, call.done, said], [true, false, true, [], []])
  await microphone.toggleMute()
  assert.deepEqual([media.asked.length, said], [2, [devices.problem]])
  media.refusing = null
  await microphone.toggleMute()
  await flush()
  assert.deepEqual([microphone.works, microphone.muted, call.said.muted, call.done.length], [true, false, false, 1])
})

test('on a page that can have none, nothing is asked for', async () => {
  const { microphone, call, devices, said } = await inCall({}, { media: undefined, secure: false, origin: 'http://10.0.0.5' })
  assert.deepEqual([microphone.muted, call.said.muted, call.done], [true, true, []])
  await microphone.toggleMute()
  assert.deepEqual(said, [devices.problem])
})

test('a refused microphone is not asked for again and again, a missing one when it is plugged in', async () => {
  const { call, media, settings, microphone } = scene()
  media.refusing = new DOMException('', 'NotFoundError')
  call.become('in')
  await flush()
  call.tell('change')
  settings.choose({ threshold: -30 })
  await flush()
  assert.equal(media.asked.length, 1)
  media.refusing = null
  await media.plug({ kind: 'audioinput', deviceId: 'mic-9', label: 'New', groupId: '' })
  assert.deepEqual([media.asked.length, microphone.works], [2, true])
})

test('before joining I can hear myself, as the others would, on the picked speakers', async () => {
  const { microphone, media, players, hear, call } = scene({ output: 'out-1' })
  await microphone.test(true)
  await flush()
  const [player] = players
  const [echo] = player.srcObject.tracks
  assert.deepEqual([player.playing, player.sink, echo.enabled, call.done], [true, 'out-1', false, []])
  await hear(LOUD)
  assert.deepEqual([echo.enabled, microphone.talking], [true, false])
  await microphone.test(false)
  await flush()
  assert.deepEqual([player.srcObject, echo.readyState, media.given[0].readyState, microphone.works], [null, 'ended', 'ended', false])
})

test('while I test in a call the others do not hear me', async () => {
  const { microphone, hear, track, call } = await inCall()
  await microphone.test(true)
  await hear(LOUD)
  assert.deepEqual([track.enabled, call.said.speaking], [false, false])
  await microphone.test(false)
  await hear(LOUD)
  assert.deepEqual([track.enabled, track.readyState], [true, 'live'])
})

test('an ear that hears nothing does not keep me from being heard', async () => {
  const { clock, track, hear, microphone } = await inCall()
  await clock.pass(2_000)
  assert.deepEqual([microphone.gateOpen, track.enabled], [true, true])
  await hear(QUIET)
  assert.equal(track.enabled, false)
})

test('levels come many times a second, changes only when something is otherwise', async () => {
  const { microphone, hear } = await inCall()
  const seen = { change: 0, level: 0 }
  for (const type of Object.keys(seen)) microphone.addEventListener(type, () => seen[type]++)
  await hear(QUIET, 200)
  await hear(LOUD, 200)
  assert.deepEqual(seen, { change: 1, level: 20 })
})
