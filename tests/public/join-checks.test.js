/** The page for guests once it is secure: what is tried, what each outcome says, and the little SDP that it takes. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { answerTo, credentials } from '../../public/js/join/answer.js'
import { Checks } from '../../public/js/join/checks.js'
import { meet } from '../../public/js/join/meet.js'
import { changes, ticksOf } from '../../public/js/join/ticks.js'
import { FakeClock, flush } from './fakes.js'

const OFFER = [
  'v=0', 'o=- 77 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE data', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
  'c=IN IP4 0.0.0.0', 'a=ice-ufrag:Ab+/', 'a=ice-pwd:0123456789abcdefghij+/', 'a=ice-options:trickle', 'a=setup:actpass', 'a=mid:data', 'a=sctp-port:5000', '',
].join('\r\n')
const PEER = { ufrag: 'srv1', pwd: 'serverserverserverserver', candidates: ['f1 1 udp 2130706431 192.168.1.5 5000 typ host', 'f2 1 udp 1 ::1 5001 typ host'] }

test('the name and the password of our own offer are found, and nothing where there are none', () => {
  assert.deepEqual(credentials(OFFER), { ufrag: 'Ab+/', pwd: '0123456789abcdefghij+/' })
  assert.deepEqual(credentials('v=0\r\n'), { ufrag: '', pwd: '' })
})

test("the answer fits the offer's one section, and carries the server's name, password and addresses", () => {
  const lines = answerTo(OFFER, PEER).split('\r\n')
  assert.equal(lines.pop(), '')
  assert.deepEqual(lines.filter((line) => /^m=|mid|BUNDLE|ice-|setup/.test(line)), [
    'a=group:BUNDLE data', 'm=application 9 UDP/DTLS/SCTP webrtc-datachannel', 'a=mid:data',
    'a=ice-ufrag:srv1', 'a=ice-pwd:serverserverserverserver', 'a=setup:active',
  ])
  assert.deepEqual(lines.filter((line) => line.startsWith('a=candidate:')), PEER.candidates.map((candidate) => `a=candidate:${candidate}`))
  assert.match(lines.join('\n'), /a=fingerprint:sha-256 (00:){31}00\n/)
})

class FakePeer extends EventTarget {
  iceConnectionState = 'new'
  closed = false
  remote = ''
  createDataChannel() {}
  createOffer = () => Promise.resolve({ type: 'offer', sdp: OFFER })
  setLocalDescription = () => Promise.resolve()
  setRemoteDescription = ({ sdp }) => Promise.resolve(void (this.remote = sdp))
  close = () => (this.closed = true)
  become(state) {
    this.iceConnectionState = state
    this.dispatchEvent(new Event('iceconnectionstatechange'))
  }
}

function meeting(ask = () => Promise.resolve(PEER)) {
  const connection = new FakePeer()
  const clock = new FakeClock()
  const asked = []
  const met = meet({ peer: () => connection, clock, ask: (mine) => { asked.push(mine); return ask() } })
  return { asked, clock, connection, met }
}

test('whoever connects is reached, and lets go', async () => {
  for (const state of ['connected', 'completed']) {
    const { asked, connection, met } = meeting()
    await flush()
    connection.become('checking')
    connection.become(state)
    assert.equal(await met, 'reached')
    assert.deepEqual([asked, connection.closed], [[credentials(OFFER)], true])
    assert.match(connection.remote, /a=ice-ufrag:srv1/)
  }
})

test('whoever does not connect within ten seconds is lost, however it fails', async () => {
  const { clock, connection, met } = meeting()
  await flush()
  connection.become('failed')
  await clock.pass(10_000)
  assert.deepEqual([await met, connection.closed], ['lost', true])
})

test('a server that refuses or is away is no broken network', async () => {
  for (const ask of [() => Promise.resolve(null), () => Promise.reject(new Error())]) {
    const { connection, met } = meeting(ask)
    assert.deepEqual([await met, connection.closed], ['refused', true])
  }
  assert.equal(await meet({ peer: null, clock: new FakeClock(), ask: () => Promise.resolve(PEER) }), 'lacking')
})

class FakeLine extends EventTarget {
  closed = false
  close = () => (this.closed = true)
}

function checking({ media, leave = () => Promise.resolve('prompt') } = {}) {
  const lines = []
  const clock = new FakeClock()
  const open = () => (lines.push(new FakeLine()), lines.at(-1))
  const checks = new Checks({ open, media, leave, peer: null, ask: () => Promise.resolve(null), clock })
  return { checks, clock, lines }
}

test('a socket that opens is good and closed again; one that closes or says nothing is not', async () => {
  const ends = [[(line) => line.dispatchEvent(new Event('open')), 'open'], [(line) => line.dispatchEvent(new Event('close')), 'shut'], [(_, clock) => clock.pass(8_000), 'shut']]
  for (const [end, socket] of ends) {
    const { checks, clock, lines } = checking()
    const tried = checks.trySocket()
    assert.equal(checks.socket, 'busy')
    await end(lines[0], clock)
    await tried
    assert.deepEqual([checks.socket, lines[0].closed], [socket, true])
  }
})

test('the microphone is never asked for unasked, and let go as soon as it is there', async () => {
  const tracks = [{ stopped: false, stop() { this.stopped = true } }]
  let asked = 0
  const media = { getUserMedia: () => (asked++, Promise.resolve({ getTracks: () => tracks })) }
  const { checks, lines } = checking({ media })
  const started = checks.start()
  lines[0].dispatchEvent(new Event('open'))
  await started
  assert.deepEqual([checks.microphone, asked], ['ask', 0])
  await checks.tryMicrophone()
  assert.deepEqual([checks.microphone, asked, tracks[0].stopped], ['works', 1, true])
})

test('a microphone that was refused before is red without asking, and where none can be had nobody is asked', async () => {
  const media = { getUserMedia: () => Promise.reject(new Error()) }
  for (const [given, microphone] of [[{ media, leave: () => Promise.resolve('denied') }, 'denied'], [{ media, leave: () => Promise.reject(new TypeError()) }, 'ask'], [{}, 'lacking']]) {
    const { checks, lines } = checking(given)
    const started = checks.start()
    lines[0].dispatchEvent(new Event('close'))
    await started
    assert.equal(checks.microphone, microphone)
  }
})

test('a microphone that is refused, kept back, missing or in use is told apart', async () => {
  const faults = [['NotAllowedError', '', 'denied'], ['NotAllowedError', 'Permission denied by system', 'held'], ['NotFoundError', '', 'none'], ['NotReadableError', '', 'taken'], ['AbortError', '', 'taken']]
  for (const [name, message, microphone] of faults) {
    const media = { getUserMedia: () => Promise.reject(Object.assign(new Error(message), { name })) }
    const { checks } = checking({ media })
    await checks.tryMicrophone()
    assert.equal(checks.microphone, microphone)
  }
})

const FOUND = { stage: 'checks', today: 0, hasAuthority: true, port: 8443, trust: 'busy', socket: 'open', microphone: 'works', peer: 'reached' }
const states = (found) => ticksOf({ ...FOUND, ...found }).map(({ state }) => state).join(' ')

test('before the certificate is trusted all else is for later; after, everything is green by turns', () => {
  const early = { stage: 'trust', socket: 'later', microphone: 'later', peer: 'later' }
  assert.equal(states({ ...early, trust: 'busy' }), 'busy later later later later')
  for (const trust of ['untrusted', 'early', 'over', 'silent', 'away']) assert.equal(states({ ...early, trust }), 'bad later later later later')
  assert.equal(states({ ...early, trust: 'trusted' }), 'good later later later later')
  assert.equal(states({ socket: 'busy', microphone: 'ask', peer: 'busy' }), 'good good busy ask busy')
  assert.equal(states({}), 'good good good good good')
  assert.equal(states({ stage: 'plain', microphone: 'lacking' }), 'bad bad good later good')
})

test('every red tick says what to do, and one that can be tried again has a button', () => {
  const found = [
    ...['untrusted', 'early', 'over', 'silent', 'away'].map((trust) => ({ stage: 'trust', trust })), { stage: 'trust', trust: 'untrusted', hasAuthority: false }, { stage: 'plain' },
    { socket: 'shut' }, ...['denied', 'held', 'none', 'taken', 'lacking'].map((microphone) => ({ microphone })), { peer: 'lost' }, { peer: 'lacking' },
  ]
  const red = found.flatMap((each) => ticksOf({ ...FOUND, ...each }).filter(({ state }) => state === 'bad'))
  assert.equal(red.length, found.length + 1) // a server without HTTPS has two
  for (const { says, act, button } of red) {
    assert.match(says, /^[A-Z].{20,}\.$/)
    assert.equal(Boolean(act), Boolean(button))
  }
  assert.deepEqual(red.filter(({ act }) => act).map(({ act }) => act), ['socket', 'microphone', 'microphone', 'microphone', 'microphone', 'peer'])
})

test('a device whose clock is wrong is told what it says, and is not sent to the steps first', () => {
  for (const trust of ['early', 'over']) {
    const [{ says }] = ticksOf({ ...FOUND, stage: 'trust', trust, today: Date.UTC(2019, 4, 17, 12) })
    assert.match(says, /^This device says it is .*2019.*\bset\b/i)
    assert.doesNotMatch(says, /steps/)
  }
})

test('what has changed is said once, and what is only under way is not', () => {
  const [early, late] = [ticksOf({ ...FOUND, peer: 'busy' }), ticksOf({ ...FOUND, peer: 'lost' })]
  assert.equal(changes(early, early), '')
  assert.equal(changes(late, early), '')
  assert.match(changes(early, late), /^Voices get through: does not work yet\. Nothing got through/)
})
