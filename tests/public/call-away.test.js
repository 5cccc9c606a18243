/** Calls whose server or connections go away and come back: media goes on, places are taken back, and what was lost is said anew. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Hall } from './call-scene.js'
import { flush } from './fakes.js'

const pcs = (caller) => [...caller.call.links.values()].map(({ pc }) => pc)
const asked = (hall, t) => hall.asked.filter((one) => one.t === t)

async function two() {
  const hall = new Hall()
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  ada.speaks()
  bob.speaks()
  await flush()
  return { hall, ada, bob }
}

test('when the socket falls, media goes on, and the same place is taken back', async () => {
  const { hall, ada, bob } = await two()
  const [before, peer_id] = [pcs(ada), ada.peer_id]
  hall.cut(ada)
  assert.deepEqual([ada.call.state, bob.call.peers[1].away, ada.sees(), pcs(ada)], ['away', true, ['u_bob mic'], before])
  await hall.mend(ada)
  assert.deepEqual([ada.call.state, ada.call.self_peer_id, bob.call.peers[1].away], ['in', peer_id, false])
  assert.deepEqual([pcs(ada), before[0].restarts, asked(hall, 'rtc.call_create').length], [before, 0, 2])
})

test('what began or ended while the socket was away is known when it is back', async () => {
  const { hall, ada, bob } = await two()
  ada.shares('s1')
  await flush()
  hall.cut(ada)
  ada.call.unpublish('s1')
  ada.shares('s2')
  ada.call.say({ muted: true })
  await hall.clock.pass(1_000)
  await hall.mend(ada)
  assert.deepEqual([bob.sees(), bob.call.peers[1].state.muted], [['u_ada mic', 'u_ada s2'], true])
})

for (const who of ['offerer', 'answerer']) {
  test(`an offer in flight when the ${who}'s socket falls is made good when it is back`, async () => {
    const { hall, ada, bob } = await two()
    hall.hold()
    ada.shares('s1')
    await flush()
    const lost = who === 'offerer' ? ada : bob
    hall.cut(lost)
    hall.held = null
    await hall.mend(lost)
    await flush()
    assert.deepEqual(bob.sees(), ['u_ada mic', 'u_ada s1'])
    assert.deepEqual([pcs(ada)[0].signalingState, pcs(bob)[0].signalingState], ['stable', 'stable'])
  })
}

test('an answer lost with the socket is given again to the offer that is repeated', async () => {
  const { hall, ada, bob } = await two()
  ada.shares('s1')
  hall.hold()
  await flush()
  const [offer] = hall.held.splice(0)
  offer()
  await flush()
  hall.cut(bob)
  hall.held = null
  await hall.mend(bob)
  await flush()
  assert.deepEqual([pcs(ada)[0].signalingState, bob.sees()], ['stable', ['u_ada mic', 'u_ada s1']])
})

test('of two answers to the same offer the second changes nothing', async () => {
  const { hall, ada, bob } = await two()
  hall.hold()
  ada.shares('s1')
  await flush()
  const [offer] = hall.held.splice(0)
  offer()
  offer()
  await flush()
  const [first, second] = hall.held.splice(0)
  first()
  await flush()
  ada.shares('s2')
  await flush()
  second()
  await flush()
  assert.equal(pcs(ada)[0].signalingState, 'have-local-offer')
  await hall.release()
  assert.deepEqual([pcs(ada)[0].signalingState, bob.sees()], ['stable', ['u_ada mic', 'u_ada s1', 'u_ada s2']])
})

test('after the grace time the place is another one, and all links are made anew', async () => {
  const { hall, ada, bob } = await two()
  const [before, peer_id] = [pcs(ada), ada.peer_id]
  hall.cut(ada)
  hall.drop(peer_id, 'lost')
  assert.deepEqual(bob.call.links.size, 0)
  await hall.mend(ada)
  assert.notEqual(ada.call.self_peer_id, peer_id)
  assert.deepEqual([ada.sees(), bob.sees(), before[0].signalingState], [['u_bob mic'], ['u_ada mic'], 'closed'])
})

test('a call that ended meanwhile is begun anew in the same room', async () => {
  const { hall, ada, bob } = await two()
  const before = hall.call_id
  for (const one of [ada, bob]) hall.cut(one)
  hall.call_id = ''
  hall.places.clear()
  for (const one of [ada, bob]) await hall.mend(one)
  await flush()
  assert.deepEqual([ada.call.state, ada.call.call_id, bob.call.call_id], ['in', 'call_2', 'call_2'])
  assert.equal(before, 'call_1')
  assert.deepEqual([ada.sees(), bob.sees()], [['u_bob mic'], ['u_ada mic']])
})

test('a server that lives anew gets its places and streams again, and no tile goes meanwhile', async () => {
  const { hall, ada, bob } = await two()
  const before = [...pcs(ada), ...pcs(bob)]
  for (const one of [ada, bob]) hall.cut(one)
  hall.forget()
  await hall.mend(ada)
  assert.deepEqual(ada.sees(), ['u_bob mic'])
  await hall.mend(bob)
  assert.deepEqual([ada.sees(), bob.sees(), [...pcs(ada), ...pcs(bob)]], [['u_bob mic'], ['u_ada mic'], before])
  assert.deepEqual([ada.call.peers[1].away, bob.call.peers[1].away], [false, false])
})

test('a call said to be created again is joined again, with the same place', async () => {
  const { hall, ada } = await two()
  const { peer_id } = ada
  hall.forget()
  ada.socket.tell('rtc.call_event', { room_id: 'r_1', call_id: hall.call_id, event: 'created' })
  await flush()
  assert.deepEqual([ada.call.state, ada.call.self_peer_id, asked(hall, 'rtc.join').at(-1).body.resume_peer_id], ['in', peer_id, peer_id])
})

test('who is told while their place is being taken is heard after it', async () => {
  const { hall, ada, bob } = await two()
  hall.cut(ada)
  const join = hall.join.bind(hall)
  hall.join = (caller, body) => {
    const participants = join(caller, body)
    if (caller === ada) ada.socket.tell('rtc.peer_event', { call_id: hall.call_id, kind: 'leave', peer: { peer_id: bob.peer_id, user_id: 'u_bob' }, reason: 'left' })
    return participants
  }
  await hall.mend(ada)
  assert.deepEqual(ada.call.peers.map(({ user_id }) => user_id), ['u_ada'])
})

test('a refusal that passes keeps the place for the next try; one that stays ends it with a sentence', async () => {
  const { hall, ada } = await two()
  const { Refusal } = await import('../../public/js/refusal.js')
  hall.cut(ada)
  let times = 0
  hall.refusing.set('rtc.join', () => (times++ === 0 ? new Refusal('UNAVAILABLE', 'a moment') : null))
  await hall.mend(ada)
  assert.equal(ada.call.state, 'away')
  await hall.clock.pass(5_000)
  assert.equal(ada.call.state, 'in')
  hall.cut(ada)
  hall.refusing.set('rtc.join', () => new Refusal('FORBIDDEN', 'no'))
  await hall.mend(ada)
  assert.deepEqual([ada.call.state, ada.call.problem], ['out', 'No.'])
})

test('who leaves while the server is away gives the place up when it is back', async () => {
  const { hall, ada, bob } = await two()
  const { peer_id } = ada
  hall.cut(ada)
  await ada.call.leave()
  await hall.mend(ada)
  assert.deepEqual(asked(hall, 'rtc.leave').map(({ body }) => body.peer_id), [peer_id])
  assert.equal(bob.call.peers.length, 1)
})

test('an offer refused for now is said again, one to somebody gone is not', async () => {
  const hall = new Hall()
  const { Refusal } = await import('../../public/js/refusal.js')
  let times = 0
  hall.refusing.set('rtc.offer', () => (times++ < 2 ? new Refusal('RATE_LIMITED', 'slowly', { details: { retry_after_ms: 300 } }) : null))
  const ada = await hall.joins('u_ada')
  const bob = await hall.joins('u_bob')
  await hall.clock.pass(1_000)
  assert.deepEqual([times, [...bob.call.links.values()].map(({ linked }) => linked)], [3, ['connected']])
  hall.refusing.set('rtc.offer', () => new Refusal('NOT_FOUND', 'gone'))
  const before = asked(hall, 'rtc.offer').length
  ada.shares('s1')
  await hall.clock.pass(5_000)
  assert.equal(asked(hall, 'rtc.offer').length, before + 1)
})

test('when the session is gone, so is the call', async () => {
  const { ada } = await two()
  ada.call.reset()
  assert.deepEqual([ada.call.state, ada.call.links.size, ada.call.problem], ['out', 0, ''])
})
