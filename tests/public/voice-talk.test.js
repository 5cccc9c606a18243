/** The voice gate, and the key to talk with. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { decibels, gated, HANG_MS, QUIET, SHUT, SILENCE, talked } from '../../public/js/rtc/gate.js'
import { mayTalk, nameOf, PushToTalk, TAIL_MS } from '../../public/js/rtc/push-to-talk.js'
import { CallSettings } from '../../public/js/rtc/settings.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeClock, FakeStorage } from './fakes.js'
import { counting } from './voice-fakes.js'

const settingsOf = (storage = new FakeStorage(), me = 'u_me') => new CallSettings({ shelf: new Shelf(storage), user: () => me })

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
