import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Dial } from '../../public/js/rtc/dial.js'
import { Hall } from './call-scene.js'
import { flush } from './fakes.js'
import { FakeSender } from './rtc-fakes.js'

test('what a rollback has undone is set again, once it is doubted', async () => {
  const sender = new FakeSender('video')
  const dial = new Dial(sender)
  const wish = { active: true, maxBitrate: 100_000 }
  dial.turn(wish)
  await flush()
  sender.encodings = [{ active: false }]
  dial.turn(wish)
  await flush()
  assert.deepEqual(sender.encodings, [{ active: false }])
  dial.doubt()
  dial.turn(wish)
  await flush()
  assert.deepEqual(sender.encodings, [{ active: true, maxBitrate: 100_000 }])
})

test('each negotiation that ends is told, for whatever was set meanwhile', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  const settled = []
  ada.call.addEventListener('settled', ({ detail }) => settled.push(detail.peer_id))
  ada.shares('s1')
  await flush()
  assert.deepEqual(settled, [bob.peer_id])
})
