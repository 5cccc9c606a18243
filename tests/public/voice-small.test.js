/** How I want to be in calls, and the devices. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { MediaDevices } from '../../public/js/rtc/media-devices.js'
import { CallSettings, USUAL } from '../../public/js/rtc/settings.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeStorage } from './fakes.js'
import { counting, device, FakeMedia } from './voice-fakes.js'

const settingsOf = (storage = new FakeStorage(), me = 'u_me') => new CallSettings({ shelf: new Shelf(storage), user: () => me })

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
