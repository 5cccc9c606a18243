/** How my call is: when links are read, what is kept, what is told to the others, and that no address gets in. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Quality } from '../../public/js/rtc/quality.js'
import { FakeClock, flush } from './fakes.js'
import { seriesOf } from './stats-series.js'

class FakeConnection extends EventTarget {
  connectionState = 'connected'
  iceServers = []
  looked = 0

  constructor(case_ = {}) {
    super()
    this.case = { ...case_, seconds: 200 }
    this.reports = seriesOf(this.case)
  }

  async getStats() {
    const [, report] = this.reports[Math.min(this.looked++, this.reports.length - 1)]
    return report
  }

  getConfiguration() {
    return { iceServers: this.iceServers, iceTransportPolicy: this.policy }
  }

  refuse(errorCode) {
    this.dispatchEvent(Object.assign(new Event('icecandidateerror'), { errorCode, address: '192.0.2.7', errorText: 'Unauthorized' }))
  }
}

class FakeCall extends EventTarget {
  state = 'in'
  peers = [{ peer_id: 'p_me', user_id: 'u_me', self: true, state: {} }]
  links = new Map()
  said = []

  link(peer_id, pc) {
    this.peers = [...this.peers.filter((peer) => peer.peer_id !== peer_id), { peer_id, user_id: `u_${peer_id}`, self: false, state: { muted: false, speaking: false } }]
    this.links.set(peer_id, { pc, sender: () => ({ track: { id: 'mic-track' } }) })
    this.tell()
    return pc
  }

  say(state) {
    this.said.push(state)
  }

  tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}

class FakeMicrophone extends EventTarget {
  works = true
  muted = false
  deafened = false
  talking = false
  gateOpen = false
  level = -40
}

function scene(...cases) {
  const call = new FakeCall()
  const clock = new FakeClock()
  const microphone = new FakeMicrophone()
  const quality = new Quality({ call, clock, microphone, presence: { nameOf: (user_id) => user_id.slice(4) }, governor: { allowed: () => 1_000_000 } })
  const pcs = cases.map((one, at) => call.link(`p_${'abc'[at]}`, new FakeConnection(one)))
  return { call, clock, microphone, quality, pcs }
}

const LOSSY = { stands: { 'told audio': { fractionLost: 0.05 } } }
const NOTHING = { without: ['pair', 'local', 'remote', 'in audio', 'in video', 'told audio', 'told video'] }

test('while I am in a call each link is read every two seconds, and judged, and the others are told', async () => {
  const { call, clock, quality, pcs } = scene({}, LOSSY)
  let told = 0
  quality.addEventListener('change', () => told++)
  await clock.pass(10_000)
  assert.deepEqual(pcs.map(({ looked }) => looked), [5, 5])
  assert.equal(told, 5)
  assert.equal(quality.of('p_a').level, 3)
  assert.match(quality.of('p_b').sentence, /What you send to \u2068b\u2069 gets lost/)
  assert.equal(quality.level, 2)
  assert.deepEqual(call.said.at(-1), { quality: 2 })
})

test('the matrix has a row for each of the others, with what comes and goes', async () => {
  const { clock, quality, call } = scene({}, { stands: { local: { candidateType: 'relay' } } })
  assert.deepEqual(quality.rows().map(({ verdict, rates, rtt, route }) => [verdict.sentence.slice(0, 10), rates, rtt, route]), [['Connecting', null, null, null], ['Connecting', null, null, null]])
  await clock.pass(6_000)
  const [row, relayed] = quality.rows()
  assert.equal(call.peers.length, 3)
  assert.deepEqual(row.rates, { heard: 24_800, seen: 200_000, spoken: 24_800, shown: 200_000 })
  assert.deepEqual([row.rtt, row.route, relayed.route], [20, { way: 'direct', over: 'udp' }, { way: 'relay', over: 'udp' }])
})

test('out of a call nothing is read, and nothing of it is left', async () => {
  const { call, clock, quality, pcs: [pc] } = scene(LOSSY)
  await clock.pass(6_000)
  call.state = 'out'
  call.links.clear()
  call.peers = []
  call.tell()
  assert.deepEqual([quality.level, quality.mine, quality.rows()], [3, null, []])
  const { looked } = pc
  await clock.pass(10_000)
  assert.equal(pc.looked, looked)
  assert.equal(clock.waiting, 0)
})

test('while the server is away media goes on, and so does the reading', async () => {
  const { call, clock, pcs: [pc] } = scene({})
  call.state = 'away'
  call.tell()
  await clock.pass(4_000)
  assert.equal(pc.looked, 2)
})

test('a minute is kept, and not more', async () => {
  const { clock, quality } = scene({ stands: { pair: { currentRoundTripTime: (second) => (second < 20 ? 0.5 : 0.01) } } })
  await clock.pass(12_000)
  assert.equal(quality.level, 1)
  await clock.pass(100_000)
  assert.equal(quality.level, 3)
})

test('a relay that refuses is said to have refused, also when it did so at once', async () => {
  const { call, clock, quality, pcs: [pc] } = scene(NOTHING)
  pc.connectionState = 'new'
  pc.iceServers = [{ urls: ['turn:relay.test:3478?transport=udp'] }]
  pc.refuse(401)
  await clock.pass(12_000)
  assert.match(quality.of('p_a').sentence, /^Connecting/)
  await clock.pass(6_000)
  assert.match(quality.of('p_a').sentence, /credentials are wrong or expired/)
  assert.deepEqual(call.said.at(-1), { quality: 0 })
  assert.doesNotMatch(JSON.stringify([quality.rows(), quality.mine, call.said]), /192\.0|relay\.test/)
})

test('who hides where no relay is, is told that it is this', async () => {
  const { clock, quality, pcs: [pc] } = scene(NOTHING)
  Object.assign(pc, { connectionState: 'new', policy: 'relay' })
  await clock.pass(18_000)
  assert.match(quality.of('p_a').sentence, /you hide your address, and this server has no relay/)
})

test('a relay that never answers leaves the link new, and is said not to answer', async () => {
  const { clock, quality, pcs: [pc] } = scene(NOTHING)
  pc.connectionState = 'new'
  pc.iceServers = [{ urls: 'turns:relay.test:5349' }]
  pc.refuse(701)
  await clock.pass(18_000)
  assert.match(quality.of('p_a').sentence, /relay \(TURN\) does not answer/)
})

test('a link that is made anew again and again is not said to be young each time', async () => {
  const { call, clock, quality, pcs: [pc] } = scene(NOTHING)
  pc.connectionState = 'new'
  pc.iceServers = [{ urls: 'turn:relay.test' }]
  pc.refuse(401)
  await clock.pass(12_000)
  const again = new FakeConnection(NOTHING)
  call.link('p_a', Object.assign(again, { connectionState: 'new', iceServers: pc.iceServers }))
  await clock.pass(6_000)
  assert.match(quality.of('p_a').sentence, /credentials are wrong or expired/)
})

test('a link made anew is read anew', async () => {
  const { call, clock, quality, pcs: [pc] } = scene(NOTHING)
  pc.connectionState = 'failed'
  await clock.pass(18_000)
  assert.match(quality.of('p_a').sentence, /no direct way/)
  call.link('p_a', new FakeConnection({}))
  await clock.pass(4_000)
  assert.equal(quality.level, 3)
})

test('a link that closes while it is read does no harm to the others', async () => {
  const { clock, quality, pcs: [pc] } = scene({}, {})
  pc.getStats = () => Promise.reject(new DOMException('closed', 'InvalidStateError'))
  await clock.pass(6_000)
  assert.equal(quality.of('p_b').level, 3)
})

test('a microphone that has never given a sound is said to be dead, and one that has is not', async () => {
  const silent = { stands: { source: { audioLevel: 0 } } }
  const { clock, microphone, quality } = scene(silent, silent)
  microphone.level = -100
  await clock.pass(14_000)
  assert.equal(quality.mine.sentence, 'Your microphone sends silence.')
  microphone.level = -60
  microphone.dispatchEvent(new CustomEvent('level'))
  await clock.pass(2_000)
  assert.equal(quality.mine, null)
})

test('who is muted, or has no microphone, is not told that it is dead', async () => {
  const silent = { stands: { source: { audioLevel: 0 } } }
  for (const state of [{ muted: true }, { works: false }, { gateOpen: true }]) {
    const { clock, microphone, quality } = scene(silent)
    Object.assign(microphone, { level: -100 }, state)
    await clock.pass(14_000)
    assert.equal(quality.level, 3)
  }
})

test('a voice that I do not want to hear, or that is muted, is not missed', async () => {
  const unplayed = { grows: { 'in audio': { totalSamplesReceived: 0, jitterBufferEmittedCount: 0, jitterBufferDelay: 0 } } }
  const { call, clock, microphone, quality } = scene(unplayed)
  await clock.pass(14_000)
  assert.match(quality.of('p_a').sentence, /nothing is to be heard/)
  microphone.deafened = true
  await clock.pass(2_000)
  assert.equal(quality.level, 3)
  microphone.deafened = false
  call.peers[1].state.muted = true
  await clock.pass(2_000)
  assert.equal(quality.level, 3)
})

test('a picture held back by the processor is known at once, for the governor', async () => {
  const { clock, quality } = scene({ stands: { 'out video': { qualityLimitationReason: (second) => (second >= 4 ? 'cpu' : 'none') } } })
  await clock.pass(4_000)
  assert.equal(quality.pressed, false)
  await clock.pass(2_000)
  assert.equal(quality.pressed, true)
  await flush()
})
