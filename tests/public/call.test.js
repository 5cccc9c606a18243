/** The whole call, among callers that are all real but for the network and the server. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Hall } from './call-scene.js'
import { flush } from './fakes.js'

const connected = (caller) => [...caller.call.links.values()].map(({ linked }) => linked)
const offers = (hall) => hall.asked.filter(({ t }) => t === 'rtc.offer')

test('two who join are linked by one offer and one answer, both ways', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  ada.speaks()
  const bob = await hall.joins('u_bob')
  bob.speaks()
  await flush()
  assert.deepEqual([connected(ada), connected(bob)], [['connected'], ['connected']])
  assert.deepEqual([offers(hall).length, hall.asked.filter(({ t }) => t === 'rtc.answer').length], [1, 1])
  assert.deepEqual([ada.sees(), bob.sees()], [['u_bob mic'], ['u_ada mic']])
})
