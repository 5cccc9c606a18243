/** How I want to be in calls, the devices, the voice gate and the key to talk with. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { decibels, gated, HANG_MS, QUIET, SHUT, SILENCE, talked } from '../../public/js/rtc/gate.js'
import { MediaDevices } from '../../public/js/rtc/media-devices.js'
import { mayTalk, nameOf, PushToTalk, TAIL_MS } from '../../public/js/rtc/push-to-talk.js'
import { CallSettings, USUAL } from '../../public/js/rtc/settings.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeClock, FakeStorage } from './fakes.js'
import { device, FakeMedia } from './voice-fakes.js'

const settingsOf = (storage = new FakeStorage(), me = 'u_me') => new CallSettings({ shelf: new Shelf(storage), user: () => me })

function counting(noun, type = 'change') {
  const seen = { count: 0 }
  noun.addEventListener(type, () => seen.count++)
  return seen
}

test('what I chose for calls is kept, for each user apart', () => {
  const storage = new FakeStorage()
  const settings = settingsOf(storage)
  assert.deepEqual(settings.get(), USUAL)
  settings.choose({ mode: 'ptt', pttKey: { type: 'mouse', code: '3' }, threshold: -40, upload: 8, input: 'mic-2' })
  settings.setVolume('u_bob', 'voice', 0.4)
  const [again, other] = [settingsOf(storage), settingsOf(storage, 'u_other')]
  assert.deepEqual(again.get(), { ...USUAL, mode: 'ptt', pttKey: { type: 'mouse', code: '3' }, threshold: -40, upload: 8, input: 'mic-2' })
  assert.deepEqual([again.volume('u_bob', 'voice'), again.volume('u_bob', 'stream'), other.volume('u_bob', 'voice')], [0.4, 1, 1])
  assert.deepEqual(other.get(), USUAL)
})

test('damaged choices fall back to the usual, each for itself', () => {
  const storage = new FakeStorage()
  const shelf = new Shelf(storage)
  for (const kept of [null, 7, 'x', [], { mode: 'shout', pttKey: { type: 'key', code: '' }, threshold: 5, upload: 2, noise: 'yes', input: 4, gain: false }]) {
    shelf.put('u_me/calls/choices', kept)
    const gain = Object(kept).gain ?? true
    assert.deepEqual(settingsOf(storage).get(), { ...USUAL, gain })
  }
  storage.setItem('dcc/u_me/calls/choices', '{"mode"')
  assert.deepEqual(settingsOf(storage).get(), USUAL)
  for (const volume of [-0.1, 1.1, NaN, '1', null]) {
    shelf.put('u_me/calls/volume/u_bob/voice', volume)
    assert.equal(settingsOf(storage).volume('u_bob', 'voice'), 1)
  }
})

test('a choice that says nothing new, or nothing sound, tells nobody; another tab is heard', () => {
  const settings = settingsOf()
  const seen = counting(settings)
  settings.choose({ mode: 'voice' })
  settings.choose({ threshold: 12 })
  settings.setVolume('u_bob', 'voice', 3)
  assert.equal(seen.count, 0)
  for (const key of ['u_me/calls/choices', 'u_me/calls/volume/u_bob/voice', 'u_other/calls/choices', 'u_me/rooms']) settings.heard(key)
  assert.equal(seen.count, 2)
})

function devicesOf(given = {}) {
  const said = []
  const media = new FakeMedia()
  const doors = { media, secure: true, origin: 'http://10.0.0.5:8080', notices: { say: (text) => said.push(text) }, ...given }
  return { devices: new MediaDevices(doors), media, said }
}

test('without leave no device is named; once taken, all are, and changes are heard', async () => {
  const { devices, media } = devicesOf()
  await devices.refresh()
  assert.deepEqual([devices.inputs, devices.outputs, devices.cameras], [[], [], []])
  assert.equal(devices.pick('inputs', 'mic-2'), 'mic-2', 'who knows')
  const stream = await devices.take('audio', '', { echoCancellation: true })
  assert.deepEqual(media.asked, [{ audio: { echoCancellation: true } }])
  assert.equal(stream.getAudioTracks().length, 1)
  assert.deepEqual(devices.inputs, [{ id: 'mic-1', label: 'Desk' }, { id: 'mic-2', label: 'Headset' }])
  const seen = counting(devices)
  await media.plug(device('audioinput', 'mic-3', ''))
  assert.deepEqual(devices.inputs.at(-1), { id: 'mic-3', label: 'Microphone 3' })
  assert.equal(seen.count, 1)
})

test('a picked device that is gone is replaced by the usual one, said once, and is back when it is back', async () => {
  const { devices, media, said } = devicesOf()
  await devices.take('audio', 'mic-2', {})
  assert.deepEqual(media.asked.at(-1), { audio: { deviceId: { exact: 'mic-2' } } })
  const headset = await media.unplug('mic-2')
  assert.deepEqual([devices.pick('inputs', 'mic-2'), devices.pick('inputs', 'mic-2'), said.length], ['', '', 1])
  assert.match(said[0], /^Your chosen microphone is not there\. /)
  await media.plug(headset)
  assert.equal(devices.pick('inputs', 'mic-2'), 'mic-2')
  await media.unplug('mic-2')
  devices.pick('inputs', 'mic-2')
  assert.equal(said.length, 2, 'gone anew, said anew')
})

test('what only the browser knows to be gone is replaced too', async () => {
  const { devices, media, said } = devicesOf()
  const stream = await devices.take('audio', 'mic-9', { noiseSuppression: false })
  assert.ok(stream)
  assert.deepEqual(media.asked.at(-1), { audio: { noiseSuppression: false } })
  assert.deepEqual([said.length, devices.problem], [1, ''])
})

test('a plain http page of the LAN says why there is no microphone, and both ways out', async () => {
  const { devices } = devicesOf({ media: undefined, secure: false })
  assert.equal(await devices.take('audio', '', {}), null)
  await devices.refresh()
  assert.equal(devices.lack, 'insecure')
  for (const part of ['https:// ', 'http://10.0.0.5:8080', 'https://10.0.0.5 ', 'http://localhost:8080', 'listen and watch']) assert.ok(devices.problem.includes(part), part)
  assert.match(devicesOf({ media: undefined }).devices.problem, /^This browser gives pages no microphone/)
})

test('each way of not getting a microphone has its own sentence, and success ends it', async () => {
  const { devices, media } = devicesOf()
  const ways = [
    ['NotAllowedError', 'Permission denied', /^This page may not use the microphone/],
    ['NotAllowedError', 'Permission denied by system', /^The system does not let/],
    ['NotFoundError', 'Requested device not found', /^No microphone was found/],
    ['NotReadableError', 'Could not start', /^The microphone is in use/],
    ['AbortError', '', /^The microphone is in use/],
  ]
  for (const [name, message, sentence] of ways) {
    media.refusing = new DOMException(message, name)
    assert.equal(await devices.take('audio', '', {}), null)
    assert.match(devices.problem, sentence)
  }
  assert.equal(devices.problemOf('video'), '')
  media.refusing = null
  await devices.take('audio', '', {})
  assert.equal(devices.problem, '')
})

test('the gate opens at the threshold, hangs on for 300 ms, and is shut after', () => {
  let gate = gated(SHUT, -50.1, -50, 1000)
  assert.equal(gate.open, false)
  gate = gated(gate, -50, -50, 1020)
  assert.equal(gate.open, true)
  gate = gated(gate, -90, -50, 1020 + HANG_MS - 1)
  assert.equal(gate.open, true)
  gate = gated(gate, -20, -50, 1320)
  gate = gated(gate, -90, -50, 1320 + HANG_MS)
  assert.equal(gate.open, false)
  assert.equal(gated(gate, -55, -60, 2000).open, true, 'a lower threshold opens for less')
})

test('full scale is 0 dB, half of it -6, and silence has a bottom', () => {
  assert.deepEqual([decibels(1), Math.round(decibels(0.5)), decibels(0), decibels(1e-9)], [0, -6, SILENCE, SILENCE])
})

test('a few words are talk, a knock is not, and quiet ends it', () => {
  const over = (talk, open, ms) => talked(talk, open, ms)
  assert.equal(over(QUIET, true, 350).sure, false, 'a knock and the hang of the gate')
  let talk = over(over(QUIET, true, 350), true, 300)
  assert.equal(talk.sure, true)
  talk = over(talk, false, 1000)
  assert.equal(talk.sure, true, 'a breath')
  assert.equal(over(talk, false, 4000).sure, false)
})

function talking(choices) {
  const clock = new FakeClock()
  const settings = settingsOf()
  settings.choose({ mode: 'ptt', ...choices })
  const talk = new PushToTalk({ settings, clock })
  return { clock, settings, talk, seen: counting(talk) }
}
const V = { type: 'key', code: 'KeyV' }

test('held is heard, and let go has a tail of 200 ms', async () => {
  const { talk, clock, seen } = talking({ pttKey: V })
  assert.equal(talk.down(V), true)
  assert.equal(talk.down({ ...V, repeat: true }), true, 'still mine, so that nothing else is done with it')
  assert.equal(talk.talks, true)
  assert.equal(talk.up(V), true)
  await clock.pass(TAIL_MS - 1)
  assert.equal(talk.talks, true)
  await clock.pass(1)
  assert.deepEqual([talk.talks, seen.count], [false, 2])
})

test('pressed again within the tail, nothing is cut', async () => {
  const { talk, clock, seen } = talking({ pttKey: V })
  talk.down(V)
  talk.up(V)
  await clock.pass(100)
  talk.down(V)
  await clock.pass(1000)
  assert.deepEqual([talk.talks, seen.count], [true, 1])
})

test('another key, another mode, and a letter while writing are not for me', () => {
  const { talk, settings } = talking({ pttKey: V })
  assert.equal(talk.down({ type: 'key', code: 'KeyB' }), false)
  assert.equal(talk.down({ type: 'mouse', code: '3' }), false)
  assert.equal(talk.down({ ...V, writing: true }), false)
  settings.choose({ pttKey: { type: 'key', code: 'ControlRight' } })
  assert.equal(talk.down({ type: 'key', code: 'ControlRight', writing: true }), true, 'it writes nothing')
  settings.choose({ mode: 'voice' })
  assert.equal(talk.down({ type: 'key', code: 'ControlRight' }), false)
})

test('space on a button presses the button', () => {
  const space = { type: 'key', code: 'Space' }
  const { talk } = talking({ pttKey: space })
  assert.equal(talk.down({ ...space, pressing: true }), false)
  assert.equal(talk.down(space), true)
})

test('a page that loses the keyboard lets go of what was held, not of what was switched on', async () => {
  const held = talking({ pttKey: V })
  held.talk.down(V)
  held.talk.letGo()
  await held.clock.pass(TAIL_MS)
  assert.equal(held.talk.talks, false)
  const switched = talking({ pttKey: V, pttToggle: true })
  switched.talk.down(V)
  switched.talk.up(V)
  switched.talk.letGo()
  await switched.clock.pass(1000)
  assert.equal(switched.talk.talks, true)
  switched.talk.down(V)
  await switched.clock.pass(TAIL_MS)
  assert.equal(switched.talk.talks, false)
})

test('a mouse button and the button on the screen do as a key does', async () => {
  const { talk, clock } = talking({ pttKey: { type: 'mouse', code: '3' } })
  talk.down({ type: 'mouse', code: '3', writing: true })
  assert.equal(talk.talks, true)
  talk.hold(true)
  talk.up({ type: 'mouse', code: '3' })
  await clock.pass(1000)
  assert.equal(talk.talks, true)
  talk.hold(false)
  await clock.pass(TAIL_MS)
  assert.equal(talk.talks, false)
})

test('another mode chosen while talking ends it', async () => {
  const { talk, settings, clock } = talking({ pttKey: V, pttToggle: true })
  talk.down(V)
  settings.choose({ mode: 'voice' })
  await clock.pass(TAIL_MS)
  assert.equal(talk.talks, false)
  settings.choose({ mode: 'ptt' })
  assert.equal(talk.talks, false)
})

test('keys that the page needs are not to talk with, and the others have names', () => {
  for (const key of [{ type: 'key', code: 'Tab' }, { type: 'key', code: 'Enter' }, { type: 'key', code: 'Escape' }, { type: 'key', code: '' }, { type: 'mouse', code: '0' }, { type: 'mouse', code: '2' }]) assert.equal(mayTalk(key), false)
  const names = { ControlRight: 'Right Ctrl', KeyV: 'V', Digit4: '4', Numpad0: 'Numpad 0', NumpadAdd: 'Numpad Add', CapsLock: 'Caps Lock', F8: 'F8', Backquote: 'Backquote' }
  for (const [code, name] of Object.entries(names)) assert.deepEqual([mayTalk({ type: 'key', code }), nameOf({ type: 'key', code })], [true, name])
  assert.equal(nameOf({ type: 'mouse', code: '3' }), 'Mouse button 4 (back)')
  assert.equal(nameOf({ type: 'mouse', code: '7' }), 'Mouse button 8')
})
