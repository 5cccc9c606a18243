/** Devices that are changed, pulled out and plugged in while I talk. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { flush } from './fakes.js'
import { inCall } from './microphone-scene.js'

test('another device or switch is taken live: the new one first, then the old one goes', async () => {
  const { call, media, settings, track, ears } = await inCall()
  settings.choose({ input: 'mic-2' })
  await flush()
  const [, headset] = media.given
  assert.deepEqual(media.asked.at(-1).audio.deviceId, { exact: 'mic-2' })
  assert.deepEqual(call.done.at(-1), ['replace', 'mic', headset, 'audio'])
  assert.deepEqual([track.readyState, headset.readyState, ears[0].over, ears.length], ['ended', 'live', true, 2])
  settings.choose({ echo: false })
  await flush()
  assert.deepEqual([call.done.length, media.asked.at(-1).audio.echoCancellation, headset.readyState], [3, false, 'ended'])
})

test('the picked device pulled out in mid-call leaves me with the usual one, and plugged in again it is taken back', async () => {
  const { call, media, said, microphone } = await inCall({ input: 'mic-2' })
  const headset = await media.unplug('mic-2')
  media.given[0].end()
  await flush()
  assert.deepEqual([media.asked.at(-1).audio.deviceId, said.length, microphone.works], [undefined, 1, true])
  assert.deepEqual(call.done.at(-1), ['replace', 'mic', media.given.at(-1), 'audio'])
  await media.plug(headset)
  assert.deepEqual(media.asked.at(-1).audio.deviceId, { exact: 'mic-2' })
})

test('the only one pulled out, I am a listener until there is one again', async () => {
  const { call, media, microphone } = await inCall()
  media.refusing = new DOMException('', 'NotFoundError')
  media.given[0].end()
  await flush()
  assert.deepEqual([call.done.at(-1), microphone.muted, call.said.muted], [['replace', 'mic', null, 'audio'], true, true])
  media.refusing = null
  await media.plug({ kind: 'audioinput', deviceId: 'mic-9', label: 'New', groupId: '' })
  assert.deepEqual([call.done.at(-1), call.said.muted], [['replace', 'mic', media.given.at(-1), 'audio'], false])
})
