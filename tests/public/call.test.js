/** The whole call, among callers that are all real but for the network and the server. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Refusal } from '../../public/js/refusal.js'
import { Hall } from './call-scene.js'
import { flush } from './fakes.js'

const linked = (caller) => [...caller.call.links.values()].map((link) => link.linked)
const asked = (hall, t) => hall.asked.filter((one) => one.t === t)
const told = (caller, type) => caller.told.filter(([one]) => one === type).map(([, detail]) => detail)

test('two who join are linked by one offer and one answer, both ways', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  ada.speaks()
  const bob = await hall.joins('u_bob')
  bob.speaks()
  await flush()
  assert.deepEqual([linked(ada), linked(bob)], [['connected'], ['connected']])
  assert.deepEqual([asked(hall, 'rtc.offer').length, asked(hall, 'rtc.answer').length], [1, 1])
  assert.deepEqual([ada.sees(), bob.sees()], [['u_bob mic'], ['u_ada mic']])
})

test('four with voice and camera need six offers', async () => {
  const hall = new Hall()
  const callers = []
  for (const name of ['u_a', 'u_b', 'u_c', 'u_d']) {
    const caller = await hall.joins(name)
    caller.speaks()
    caller.films()
    callers.push(caller)
  }
  await flush()
  assert.equal(asked(hall, 'rtc.offer').length, 6)
  assert.deepEqual(callers.map((caller) => caller.sees().length), [6, 6, 6, 6])
})

test('words go from peer to peer, pings are answered on the way', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  assert.deepEqual(told(ada, 'linked'), [{ peer_id: bob.peer_id }])
  assert.equal(ada.call.tell(bob.peer_id, { want: { stream_id: 'cam', level: 'low' } }), true)
  ada.call.tell(bob.peer_id, { ping: 7 })
  await flush()
  assert.deepEqual(told(bob, 'control'), [{ peer_id: ada.peer_id, word: { want: { stream_id: 'cam', level: 'low' } } }])
  assert.deepEqual(told(ada, 'control'), [{ peer_id: bob.peer_id, word: { pong: 7 } }])
  assert.equal(ada.call.tell('p_nobody', {}), false)
})

test('who leaves is gone from all, with everything shown', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  bob.films()
  await flush()
  const { pc } = ada.linkTo(bob)
  await bob.call.leave()
  await flush()
  assert.deepEqual([ada.call.peers.length, ada.call.links.size, pc.signalingState, told(ada, 'removed').length], [1, 0, 'closed', 1])
  assert.deepEqual([bob.call.state, bob.call.peers, bob.call.streams, bob.call.links.size], ['out', [], [], 0])
})

test('who is taken out of the room is told so, and gone from all peers', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  hall.drop(bob.peer_id, 'removed')
  await flush()
  assert.deepEqual([bob.call.state, bob.call.problem], ['out', 'You were taken out of this call.'])
  assert.deepEqual([ada.call.links.size, bob.call.links.size], [0, 0])
})

test('a call ended for everybody says so', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  await ada.call.end()
  await flush()
  assert.deepEqual([ada.call.state, bob.call.state, bob.call.problem], ['out', 'out', 'The call was ended for everybody.'])
})

test('how I am is said at once, then five times a second at most, and only what is new', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  ada.call.say({ muted: true, speaking: false })
  for (const speaking of [true, false, true]) ada.call.say({ speaking })
  await flush()
  const said = () => asked(hall, 'rtc.peer_state').map(({ body: { call_id: _, ...how } }) => how)
  assert.deepEqual(said(), [{ muted: true, speaking: false }])
  await hall.clock.pass(200)
  assert.deepEqual(said(), [{ muted: true, speaking: false }, { speaking: true }])
  ada.call.say({ muted: true })
  await hall.clock.pass(1_000)
  assert.equal(said().length, 2)
  const [, other] = bob.call.peers
  assert.deepEqual([other.state.muted, other.state.speaking, ada.call.peers[0].state.muted], [true, true, true])
})

test('nobody joins twice, and another room is another call', async () => {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  await ada.call.join('r_1')
  assert.equal(asked(hall, 'rtc.join').length, 1)
  const before = hall.call_id
  hall.call_id = ''
  await ada.call.join('r_2')
  await flush()
  assert.deepEqual([ada.call.room_id, ada.call.call_id !== before, asked(hall, 'rtc.leave').length], ['r_2', true, 1])
})

test('leaving while the place is asked for gives it up again', async () => {
  const hall = new Hall()
  const ada = await hall.enter('u_ada')
  const joining = ada.call.join('r_1')
  while (!ada.call.call_id) await Promise.resolve()
  await ada.call.leave()
  await joining
  await flush()
  assert.deepEqual([ada.call.state, ada.call.peers, asked(hall, 'rtc.join').length, hall.places.size], ['out', [], 1, 0])
})

test('who says what I know already moves nothing in the page', async () => {
  const ada = await new Hall().joins('u_ada')
  ada.call.say({ muted: true })
  let changes = 0
  ada.call.addEventListener('change', () => changes++)
  ada.call.say({ muted: true, speaking: false })
  ada.call.say({ muted: true, speaking: false })
  assert.equal(changes, 1)
})

test('what I show and say while the place is asked for is told once I have it, and once', async () => {
  const hall = new Hall()
  const bob = await hall.joins('u_bob')
  const ada = await hall.enter('u_ada')
  const joining = ada.call.join('r_1')
  ada.shares('s1')
  ada.call.say({ cam: true })
  assert.equal(asked(hall, 'rtc.peer_state').length + asked(hall, 'rtc.stream_publish').length, 0)
  await joining
  await hall.clock.pass(1_000)
  assert.deepEqual([asked(hall, 'rtc.peer_state').length, asked(hall, 'rtc.stream_publish').length], [1, 1])
  const [stream] = bob.call.streams
  assert.deepEqual([stream.stream_id, Boolean(stream.media), bob.call.peers[1].state.cam], ['s1', true, true])
})

test('a room that one is not in gives a sentence, a full call another', async () => {
  const hall = new Hall()
  const ada = await hall.enter('u_ada')
  hall.refusing.set('rtc.call_create', () => new Refusal('NOT_FOUND', 'no such room'))
  await ada.call.join('r_1')
  assert.deepEqual([ada.call.state, ada.call.problem], ['out', 'You are not in this room any more, so you cannot join its call.'])
  hall.refusing.set('rtc.call_create', () => new Refusal('CONFLICT', 'a call holds 16 peers; this one is full'))
  await ada.call.join('r_1')
  assert.equal(ada.call.problem, 'A call holds 16 peers; this one is full.')
})

test('a call that ends between finding and joining it is begun anew', async () => {
  const hall = new Hall()
  const ada = await hall.enter('u_ada')
  let first = true
  hall.refusing.set('rtc.join', () => {
    if (!first) return null
    first = false
    hall.call_id = ''
    return new Refusal('NOT_FOUND', 'no such call')
  })
  await ada.call.join('r_1')
  assert.deepEqual([ada.call.state, asked(hall, 'rtc.call_create').length], ['in', 2])
})

test('relays only, where I chose so, also for the links that stand', async () => {
  const hall = new Hall()
  hall.ice = { stun_urls: ['stun:a'], turn_urls: ['turn:b'], turn_username: 'u', turn_credential: 'c' }
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  const { pc } = ada.linkTo(bob)
  assert.deepEqual(pc.config, {
    iceServers: [{ urls: ['stun:a'] }, { urls: ['turn:b'], username: 'u', credential: 'c' }], iceTransportPolicy: 'all', bundlePolicy: 'max-bundle',
  })
  ada.settings.choices = { relayOnly: true }
  ada.settings.dispatchEvent(new Event('change'))
  await flush()
  assert.deepEqual([pc.config.iceTransportPolicy, pc.restarts, ada.call.lacksRelay], ['relay', 1, false])
})
