/** What I hear in a call: each in an element of its own, how loud, from where, who speaks; and the sounds of coming and going. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Levels } from '../../public/js/levels.js'
import { MediaDevices } from '../../public/js/rtc/media-devices.js'
import { CallSettings } from '../../public/js/rtc/settings.js'
import { CallSounds } from '../../public/js/rtc/sounds.js'
import { Voices } from '../../public/js/rtc/voices.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeClock, FakeStorage, flush } from './fakes.js'
import { device, FakeCall, FakeMedia, FakePlayer } from './voice-fakes.js'

/** So often voices look. */
const LOOK_MS = 100

async function scene({ refusing = '' } = {}) {
  const clock = new FakeClock()
  const settings = new CallSettings({ shelf: new Shelf(new FakeStorage()), user: () => 'u_me' })
  const [call, media, players] = [new FakeCall(), new FakeMedia(), []]
  const devices = new MediaDevices({ media, secure: true, origin: '', notices: { say: () => {} } })
  await devices.take('audio', '', {})
  const microphone = Object.assign(new EventTarget(), { deafened: false, talking: false })
  const audio = () => Object.assign(players[players.push(new FakePlayer()) - 1], { refusing })
  const voices = new Voices({ call, settings, devices, microphone, clock, audio })
  call.become('in')
  return { clock, settings, call, media, microphone, voices, players }
}

test('each voice and each sound of a screen plays in an element of its own, and tiles do not matter', async () => {
  const { call, players } = await scene()
  const [ada] = [call.add('p_ada', 'mic'), call.add('p_ada', 'screen-audio'), call.add('p_bob', 'mic')]
  call.add('p_me', 'mic', { self: true })
  call.add('p_bob', 'cam', { tracks: { audio: false, video: true } })
  const late = call.add('p_eve', 'mic', { media: null })
  await flush()
  assert.deepEqual(players.map(({ playing, srcObject }) => [playing, Boolean(srcObject)]), [[true, true], [true, true], [true, true]])
  assert.equal(players[0].srcObject, ada.media)
  late.media = ada.media.clone()
  call.tell('change')
  assert.equal(players.length, 4)
  call.tell('change')
  assert.equal(players.length, 4, 'once each')
})

test('a voice that is gone is silent, and one with another stream is begun anew', async () => {
  const { call, players } = await scene()
  const [ada, bob] = [call.add('p_ada', 'mic'), call.add('p_bob', 'mic')]
  await flush()
  call.remove(ada)
  assert.deepEqual(players.map(({ playing }) => playing), [false, true])
  assert.equal(players[0].srcObject, null)
  call.streams = [{ ...bob, media: bob.media.clone() }]
  call.tell('change')
  await flush()
  assert.deepEqual(players.map(({ playing }) => playing), [false, false, true])
  call.become('away')
  assert.equal(players[2].playing, true, 'media goes on without the server')
  call.become('out')
  assert.equal(players[2].playing, false)
})

test('each is as loud as I want, voice and stream apart, at once and next time', async () => {
  const { call, players, settings } = await scene()
  settings.setVolume('u_ada', 'voice', 0.3)
  call.add('p_ada', 'mic')
  call.add('p_ada', 'screen-audio')
  assert.deepEqual(players.map(({ volume }) => volume), [0.3, 1])
  settings.setVolume('u_ada', 'stream', 0)
  assert.deepEqual(players.map(({ volume }) => volume), [0.3, 0])
})

test('deafened I hear nobody, whoever comes, and then all again', async () => {
  const { call, players, microphone } = await scene()
  call.add('p_ada', 'mic')
  microphone.deafened = true
  microphone.dispatchEvent(new CustomEvent('change'))
  call.add('p_bob', 'mic')
  assert.deepEqual(players.map(({ muted }) => muted), [true, true])
  microphone.deafened = false
  microphone.dispatchEvent(new CustomEvent('change'))
  assert.deepEqual(players.map(({ muted }) => muted), [false, false])
})

test('it comes from the picked speakers while they are there', async () => {
  const { call, players, settings, media } = await scene()
  await media.plug(device('audiooutput', 'out-2'))
  call.add('p_ada', 'mic')
  settings.choose({ output: 'out-2' })
  await flush()
  assert.equal(players[0].sink, 'out-2')
  await media.unplug('out-2')
  assert.equal(players[0].sink, '')
  await media.plug(device('audiooutput', 'gone'))
  settings.choose({ output: 'gone' })
  await flush()
  assert.equal(players[0].sink, '', 'the browser knew better')
})

test('sound that the browser holds back is said, and played when somebody presses', async () => {
  const { call, players, voices } = await scene({ refusing: 'NotAllowedError' })
  call.add('p_ada', 'mic')
  await flush()
  assert.deepEqual([voices.blocked, players[0].playing], [true, false])
  players[0].refusing = ''
  await voices.unblock()
  assert.deepEqual([voices.blocked, players[0].playing], [false, true])
  players[0].refusing = 'NotAllowedError'
  await voices.unblock()
  assert.equal(voices.blocked, true)
  call.become('out')
  assert.equal(voices.blocked, false)
})

test('a play that was only overtaken holds nothing back', async () => {
  const { call, voices } = await scene({ refusing: 'AbortError' })
  call.add('p_ada', 'mic')
  await flush()
  assert.equal(voices.blocked, false)
})

/** A line on which packets come, each as loud as it says. */
function line(call, { peer_id, media }) {
  const source = { audioLevel: 0, timestamp: 0 }
  const other = { track: {}, getSynchronizationSources: () => [{ audioLevel: 1, timestamp: source.timestamp }] }
  const receiver = { track: media.tracks[0], getSynchronizationSources: () => [source] }
  call.links.set(peer_id, { pc: { getReceivers: () => [other, receiver] } })
  return (audioLevel) => Object.assign(source, { audioLevel, timestamp: source.timestamp + 20 })
}

async function speaking() {
  const all = await scene()
  const ada = all.call.add('p_ada', 'mic')
  const packet = line(all.call, ada)
  let changes = 0
  all.voices.addEventListener('change', () => changes++)
  /** Packets of one loudness for so long. */
  const hear = async (audioLevel, ms) => {
    for (let past = 0; past < ms; past += LOOK_MS) {
      if (audioLevel !== null) packet(audioLevel)
      await all.clock.pass(LOOK_MS)
    }
  }
  return { ...all, ada, hear, changes: () => changes, speaks: () => all.voices.speaks('p_ada') }
}

test('loud for 100 ms is speaking, a click is not, and a breath does not end it', async () => {
  const { hear, speaks, changes } = await speaking()
  await hear(0.5, 50)
  await hear(0.001, 500)
  assert.deepEqual([speaks(), changes()], [false, 0])
  await hear(0.03, 150)
  assert.equal(speaks(), true)
  await hear(0.001, 250)
  assert.equal(speaks(), true)
  await hear(0.02, 150)
  assert.deepEqual([speaks(), changes()], [false, 2], 'what is just as loud as the line is not speaking')
})

test('when packets stop, what they last said is not heard for ever', async () => {
  const { hear, speaks } = await speaking()
  await hear(0.5, 300)
  assert.equal(speaks(), true)
  await hear(null, 400)
  assert.equal(speaks(), false)
})

test('who says to be muted is not listened for, and speaks no more', async () => {
  const { hear, speaks, call } = await speaking()
  const ada = { peer_id: 'p_ada', state: { muted: false } }
  call.peers = [ada]
  await hear(0.5, 300)
  assert.equal(speaks(), true)
  ada.state.muted = true
  call.links.get('p_ada').pc.getReceivers = () => assert.fail('this asks the browser')
  await hear(0.5, 400)
  assert.equal(speaks(), false)
})

test('who leaves while speaking speaks no more, and nobody looks while there is nobody', async () => {
  const { hear, speaks, call, ada, clock, changes } = await speaking()
  await hear(0.5, 300)
  call.remove(ada)
  assert.deepEqual([speaks(), changes(), clock.waiting], [false, 2, 0])
})

test('I speak when my voice goes out', async () => {
  const { voices, microphone } = await scene()
  assert.equal(voices.speaks('p_me'), false)
  microphone.talking = true
  assert.equal(voices.speaks('p_me'), true)
})

function sounding() {
  const clock = new FakeClock()
  const shelf = new Shelf(new FakeStorage())
  const user = () => 'u_me'
  const [settings, levels, call, heard] = [new CallSettings({ shelf, user }), new Levels({ shelf, user }), new FakeCall(), []]
  new CallSounds({ call, settings, levels, clock, desk: { sound: (kind) => heard.push(kind) } })
  const peer = async (kind) => {
    call.tell('peer', { kind, peer: {} })
    await clock.pass(1000)
  }
  return { clock, settings, levels, call, heard, peer }
}

test('coming and going have a sound, mine too; a line that breaks for a moment has none', async () => {
  const { call, heard, peer, clock } = sounding()
  call.become('joining')
  await peer('join')
  call.become('in')
  await clock.pass(1000)
  for (const kind of ['join', 'away', 'back', 'leave']) await peer(kind)
  call.become('away')
  call.become('in')
  call.become('out')
  await peer('leave')
  assert.deepEqual(heard, ['join', 'join', 'leave', 'leave'])
})

test('a crowd that comes at once is one sound', async () => {
  const { call, heard, clock } = sounding()
  call.become('in')
  await clock.pass(1000)
  for (let i = 0; i < 9; i++) call.tell('peer', { kind: 'join', peer: {} })
  assert.deepEqual(heard, ['join', 'join'])
})

test('there is no sound for who wants none, or is not to be disturbed', async () => {
  const { call, heard, peer, settings, levels } = sounding()
  settings.choose({ sounds: false })
  call.become('in')
  await peer('join')
  settings.choose({ sounds: true })
  levels.choose({ dnd: true })
  await peer('leave')
  assert.deepEqual(heard, [])
  levels.choose({ dnd: false })
  await peer('join')
  assert.deepEqual(heard, ['join'])
})
