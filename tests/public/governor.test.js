/** The governor: what it asks of senders, whose wishes it hears, and what it tells the others that I want to see. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Dial } from '../../public/js/rtc/dial.js'
import { formOf } from '../../public/js/rtc/governor.js'
import { Strain } from '../../public/js/rtc/strain.js'
import { flush } from './fakes.js'
import { FakeSender, picture, scene } from './governor-scene.js'

test('a camera is sent when somebody wants it, as large as they see it, and no more when they do not', async () => {
  const { call, links: [sender] } = scene()
  call.show('cam', 'cam', picture())
  call.say('change')
  await flush()
  assert.equal(sender('cam', 'video').now.active, false)
  call.want('p_0', 'cam', 'low')
  await flush()
  assert.deepEqual(sender('cam', 'video').now, { active: true, maxBitrate: 600_000, scaleResolutionDownBy: 1.5, maxFramerate: 30 })
  call.want('p_0', 'cam', 'high')
  await flush()
  assert.deepEqual(sender('cam', 'video').now, { active: true, maxBitrate: 1_200_000, scaleResolutionDownBy: 1, maxFramerate: 30 })
  call.want('p_0', 'cam', 'off')
  await flush()
  assert.equal(sender('cam', 'video').now.active, false)
})

test('a camera begins paused: its sender is set before it is on', async () => {
  const { call, links: [sender] } = scene()
  call.say('change')
  await flush()
  assert.equal(sender('cam', 'video').now.active, false)
})

test('a peer that knows no wishes gets all there is', async () => {
  const { call, links: [sender] } = scene()
  call.peers = [{ peer_id: 'p_0', wants: false }]
  call.show('cam', 'cam', picture())
  call.say('change')
  await flush()
  assert.equal(sender('cam', 'video').now.active, true)
  call.want('p_0', 'cam', 'off')
  await flush()
  assert.equal(sender('cam', 'video').now.active, false)
})

test('voice is always sent, with priority', async () => {
  const { call, links: [sender] } = scene()
  call.show('mic', 'mic')
  call.want('p_0', 'mic', 'off')
  await flush()
  assert.deepEqual(sender('mic', 'audio').now, { active: true, maxBitrate: 32_000, priority: 'high' })
})

test('each kind gives way in its own manner, and says what matters in it', async () => {
  const { call, links: [sender] } = scene()
  const text = picture('')
  call.show('cam', 'cam', picture())
  call.show('s1', 'screen', text)
  call.show('s2', 'window', picture('motion'))
  for (const stream_id of ['cam', 's1', 's2']) call.want('p_0', stream_id, 'high')
  await flush()
  const manners = ['cam', 's1', 's2'].map((stream_id) => sender(stream_id, 'video').written.at(-1).degradationPreference)
  assert.deepEqual(manners, ['balanced', 'maintain-resolution', 'maintain-framerate'])
  assert.equal(text.getVideoTracks()[0].contentHint, 'detail')
  assert.equal(formOf(call.streams[2]), 'game')
})

test('one who joins makes room, one who leaves gives it back, and so does the limit', async () => {
  const { call, settings, links: [sender] } = scene()
  call.show('cam', 'cam', picture())
  call.want('p_0', 'cam', 'high')
  for (const peer of ['p_1', 'p_2']) call.link(peer)
  call.say('change')
  await flush()
  assert.equal(sender('cam', 'video').now.maxBitrate, 400_000)
  settings.upload = 8
  settings.dispatchEvent(new CustomEvent('change'))
  await flush()
  assert.equal(sender('cam', 'video').now.maxBitrate, 1_066_666)
  for (const peer of ['p_1', 'p_2']) call.links.delete(peer)
  call.say('change')
  await flush()
  assert.equal(sender('cam', 'video').now.maxBitrate, 1_200_000)
})

test('at ten people and 1 Mbit/s my camera pauses and the governor says why, until some look away', async () => {
  const { call, settings, governor, links } = scene(10)
  let told = 0
  governor.addEventListener('change', () => told++)
  settings.upload = 1
  call.show('mic', 'mic')
  call.show('cam', 'cam', picture())
  for (const peer of call.links.keys()) call.want(peer, 'cam', 'low')
  await flush()
  assert.match(governor.paused, /Your camera is paused: 10 people/)
  assert.ok(links.every((sender) => !sender('cam', 'video').now.active && sender('mic', 'audio').now.active))
  for (const peer of [...call.links.keys()].slice(4)) call.want(peer, 'cam', 'off')
  await flush()
  assert.equal(governor.paused, '')
  assert.equal(told, 2)
})

test('settings of one sender go one after another, and the last wish holds', async () => {
  const sender = new FakeSender()
  const dial = new Dial(sender)
  for (const maxBitrate of [1, 2, 3]) dial.turn({ active: true, maxBitrate })
  await flush()
  assert.equal(sender.now.maxBitrate, 3)
  assert.ok(sender.written.length <= 2)
  dial.turn({ active: true, maxBitrate: 3 })
  await flush()
  assert.ok(sender.written.length <= 2)
})

test('a reading that somebody else made stale is made again', async () => {
  const sender = new FakeSender()
  const set = sender.setParameters.bind(sender)
  let meddled = false
  sender.setParameters = (parameters) => {
    if (!meddled) sender.getParameters()
    meddled = true
    return set(parameters)
  }
  new Dial(sender).turn({ active: false, maxBitrate: 0 })
  await flush()
  assert.equal(sender.now.active, false)
})

test('a browser that refuses what it does not know gets the rest', async () => {
  const sender = new FakeSender()
  sender.refuses = ({ degradationPreference, encodings }) => degradationPreference || encodings[0].priority
  new Dial(sender).turn({ active: true, maxBitrate: 9, degradation: 'balanced', priority: 'high' })
  await flush()
  assert.deepEqual(sender.now, { active: true, maxBitrate: 9 })
})

test('a sender that never takes anything is let be until the next wish, and one that was not ready is set then', async () => {
  const sender = new FakeSender()
  let asked = 0
  sender.refuses = () => ++asked
  const dial = new Dial(sender)
  dial.turn({ active: false, maxBitrate: 0 })
  await flush()
  assert.ok(asked < 10)
  sender.refuses = () => false
  dial.turn({ active: false, maxBitrate: 0 })
  await flush()
  assert.equal(sender.now.active, false)
})

test('I say what I want of others once, and again when the link is made anew', () => {
  const { call, governor } = scene(3)
  governor.wants('p_0 cam', 'low')
  governor.wants('p_0 cam', 'low')
  governor.wants('p_1 s1', 'high')
  assert.deepEqual(call.told, [
    { peer_id: 'p_0', want: { stream_id: 'cam', level: 'low' } }, { peer_id: 'p_1', want: { stream_id: 's1', level: 'high' } },
  ])
  call.told = []
  call.say('linked', { peer_id: 'p_0' })
  assert.deepEqual(call.told, [{ peer_id: 'p_0', want: { stream_id: 'cam', level: 'low' } }])
})

test('a link made anew has new senders, and they are set too', async () => {
  const { call } = scene()
  call.show('cam', 'cam', picture())
  call.want('p_0', 'cam', 'low')
  await flush()
  const again = call.link('p_0')
  call.say('change')
  await flush()
  assert.equal(again('cam', 'video').now.maxBitrate, 600_000)
})

test('nothing is kept of what is gone, and words that make no sense are not heard', async () => {
  const { call, governor, links: [sender] } = scene()
  governor.wants('p_0 cam', 'high')
  call.say('removed', { stream: { key: 'p_0 cam' } })
  governor.wants('p_me cam', 'high')
  call.told = []
  call.say('linked', { peer_id: 'p_0' })
  assert.deepEqual(call.told, [])
  call.show('cam', 'cam', picture())
  for (const word of [null, 7, {}, { want: null }, { want: { stream_id: 7, level: 'high' } }, { want: { stream_id: 'cam', level: 'huge' } }]) {
    call.say('control', { peer_id: 'p_0', word })
  }
  for (let count = 0; count < 99; count++) call.want('p_0', `s${count}`, 'high')
  await flush()
  assert.equal(sender('cam', 'video').now.active, false)
})

test('a share that fits is not warned of, and one that does not is, with its figures', () => {
  assert.equal(scene(6).governor.warning('text'), '')
  assert.equal(scene(1).governor.warning('source'), '')
  assert.equal(scene(10).governor.warning('motion'),
    '9 other people at 1.5 Mbit/s and what you send already need 14 Mbit/s, but your upload limit is 3: each gets about 0.28 Mbit/s of it, '
    + 'with fewer and coarser pictures.')
  const { call, governor, settings } = scene(10)
  settings.upload = 1
  call.show('s1', 'screen', picture())
  assert.match(governor.warning('text'), /too little to be sent/)
})

test('five seconds of a pressed processor make cameras smaller, and a long calm makes them large again', async () => {
  const { call, clock, governor, links: [sender] } = scene()
  call.show('cam', 'cam', picture())
  call.want('p_0', 'cam', 'high')
  const feel = async (pressed, seconds) => {
    for (let at = 0; at < seconds; at += 2) {
      await clock.pass(2_000)
      governor.feel(pressed)
    }
    await flush()
  }
  await feel(true, 4)
  assert.equal(sender('cam', 'video').now.scaleResolutionDownBy, 1)
  await feel(true, 4)
  assert.equal(sender('cam', 'video').now.scaleResolutionDownBy, 1.5)
  await feel(false, 28)
  assert.equal(sender('cam', 'video').now.scaleResolutionDownBy, 1.5)
  await feel(false, 6)
  assert.equal(sender('cam', 'video').now.scaleResolutionDownBy, 1)
})

test('going back too early is not tried as soon again', () => {
  const strain = new Strain()
  let now = 1
  const feel = (pressed, ms) => {
    for (const end = now + ms; now < end; now += 1_000) strain.feel(pressed, now)
    return strain.now.scale
  }
  assert.equal(feel(true, 7_000), 1.5)
  assert.equal(feel(false, 32_000), 1)
  assert.equal(feel(true, 7_000), 1.5)
  assert.equal(feel(false, 32_000), 1.5)
  assert.equal(feel(false, 32_000), 1)
})

test('a processor that stays pressed ends with the large cameras only', () => {
  const strain = new Strain()
  for (let now = 1; now < 60_000; now += 1_000) strain.feel(true, now)
  assert.deepEqual(strain.now, { scale: 2.25, largeOnly: true })
})
