/** Why is my call bad: a table of getStats series, and what is said of each. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { read } from '../../public/js/rtc/readings.js'
import { figuresOf, symptoms } from '../../public/js/rtc/symptoms.js'
import { judge } from '../../public/js/rtc/verdicts.js'
import { seriesOf } from './stats-series.js'

const CALM = {}
const LOSSY_UP = { stands: { 'told audio': { fractionLost: 0.05 }, 'told video': { fractionLost: 0.04 } } }
const LOSSY_DOWN = { grows: { 'in audio': { packetsLost: 8 }, 'in video': { packetsLost: 4 } } }
const SLOW = { stands: { pair: { currentRoundTripTime: 0.2 } } }
const SILENT = { stands: { source: { audioLevel: 0 } } }
const CPU = { stands: { 'out video': { qualityLimitationReason: (second) => (second > 20 ? 'cpu' : 'none') } } }
const CRAMPED = { stands: { 'out video': { qualityLimitationReason: 'bandwidth' }, pair: { availableOutgoingBitrate: 400_000 } } }
const NOTHING = { without: ['pair', 'local', 'remote', 'in audio', 'in video', 'told audio', 'told video'] }

const WELL = [3, /^Well connected/, /^$/]

/** name; one case a link (names Ada, Ben, Cy); [level, sentence, fix] of each; what is said of me. */
const TABLE = [
  ['all is well', [CALM, CALM], [[3, /^Well connected to Ada, directly\.$/, /^$/], [3, /Ben/, /^$/]], null],
  ['a relay is worth a word', [{ stands: { local: { candidateType: 'relay' } } }], [[3, /by the relay/, /^$/]], null],
  ['a relay by TCP is worth a warning', [{ stands: { local: { candidateType: 'relay', relayProtocol: 'tcp' } } }], [[2, /Ada only by a relay over TCP/, /firewall/]], null],
  ['a relay by TLS too, of all', [1, 2].map(() => ({ stands: { local: { candidateType: 'relay', relayProtocol: 'tls' } } })),
    [[2, /the others only by a relay over TCP/, /UDP/], [2, /the others/, /UDP/]], /relay over TCP/],
  ['a long way to one', [SLOW, CALM], [[2, /takes long between you and Ada/, /VPN/], WELL], null],
  ['a long way to all is mine', [SLOW, { stands: { pair: { currentRoundTripTime: 0.4 } } }], [[2, /from you to the others/, /downloads/], [1, /from you/, /VPN/]], /takes long/],
  ['what I send gets lost to one of three', [LOSSY_UP, CALM, CALM], [[2, /What you send to Ada gets lost/, /Ada should look/], WELL, WELL], null],
  ['what I send gets lost to all', [LOSSY_UP, LOSSY_UP], [[2, /Your upload drops packets/, /cable/], [2, /Your upload/, /upload limit/]], /^Your upload drops/],
  ['what I send gets lost to the only one', [LOSSY_UP], [[2, /What you send to Ada/, /Your upload or the download of Ada/]], null],
  ['very much of it', [{ stands: { 'told audio': { fractionLost: 0.2 } } }], [[1, /What you send to Ada/, /./]], null],
  ['what one sends gets lost', [CALM, LOSSY_DOWN], [WELL, [1, /What Ben sends gets lost/, /Ask Ben/]], null],
  ['what all send gets lost', [LOSSY_DOWN, LOSSY_DOWN], [[1, /Your download drops/, /cable/], [1, /Your download/, /./]], /^Your download/],
  ['a choppy voice without counted loss', [{ grows: { 'in audio': { concealedSamples: 3_000 } } }, CALM], [[2, /voice of Ada comes choppy/, /cable/], WELL], null],
  ['silence that is filled up is not choppy', [{ grows: { 'in audio': { concealedSamples: 9_000, silentConcealedSamples: 9_000 } } }], [WELL], null],
  ['a late voice', [{ grows: { 'in audio': { jitterBufferDelay: 48_000 * 0.4 } } }, CALM], [[1, /voice of Ada comes late/, /uneven/], WELL], null],
  ['a late voice of the only one', [{ grows: { 'in audio': { jitterBufferDelay: 48_000 * 0.2 } } }], [[2, /voice of Ada comes late/, /Your network or that of Ada/]], null],
  ['a picture that freezes often', [{ grows: { 'in video': { freezeCount: (second) => (second % 10 ? 0 : 1) } }, seconds: 60 }, CALM], [[2, /picture of Ada freezes/, /tile/], WELL], null],
  ['bytes without pictures', [{ grows: { 'in video': { framesDecoded: (second) => (second < 20 ? 15 : 0) } } }, CALM], [[1, /picture of Ada freezes/, /tile/], WELL], null],
  ['a picture that nobody sends is not frozen', [{ grows: { 'in video': { framesDecoded: 0, bytesReceived: 0, packetsReceived: 0 } } }], [WELL], null],
  ['a processor at its end', [CPU, CPU], [[2, /cannot encode so many pictures/, /camera or a share off/], [2, /cannot encode/, /close other/]], /^This computer/],
  ['a processor that needs 0.7 s for a second', [{ grows: { 'out video': { totalEncodeTime: 0.7 } } }, CALM], [[2, /cannot keep up with the pictures for Ada/, /./], WELL], null],
  ['a processor at its end for a moment', [{ stands: { 'out video': { qualityLimitationReason: (second) => (second === 28 ? 'cpu' : 'none') } } }], [WELL], null],
  ['an upload that is full', [CRAMPED, CRAMPED],
    [[2, /Your upload is full/, /lower the upload limit/], [2, /Your upload/, /./]], /upload is full/],
  ['a limit of my own that is kept', [{ stands: { 'out video': { qualityLimitationReason: 'bandwidth' } } }], [WELL], null],
  ['too little for one', [CRAMPED, CALM], [[2, /too little bandwidth to Ada/, /Nothing for you/], WELL], null],
  ['a dead microphone', [SILENT, SILENT], [[1, /^Your microphone sends silence\.$/, /mute switch/], [1, /microphone/, /settings/]], /microphone sends silence/],
  ['a dead microphone in a call of two', [SILENT], [[1, /^Your microphone sends silence\.$/, /mute switch/]], /microphone/],
  ['a voice that nobody takes out', [{ grows: { 'in audio': { totalSamplesReceived: 0, totalAudioEnergy: 0, jitterBufferEmittedCount: 0, jitterBufferDelay: 0 } } }, CALM],
    [[1, /voice of Ada arrives, but/, /volume of Ada/], WELL], null],
  ['one who speaks without a sound', [{ grows: { 'in audio': { totalAudioEnergy: 0 } }, speaking: true }, CALM], [[1, /voice of Ada arrives, but/, /output/], WELL], null],
  ['one who keeps silent', [{ grows: { 'in audio': { totalAudioEnergy: 0 } } }], [WELL], null],
  ['no way to one', [{ ...NOTHING, state: 'failed', once: false }, CALM], [[0, /no direct way between you and Ada/, /relay \(TURN\)/], WELL], null],
  ['no way to anybody', [1, 2].map(() => ({ ...NOTHING, state: 'failed', once: false })), [[0, /from you to anybody/, /VPN/], [0, /anybody/, /./]], /to anybody/],
  ['a relay that refuses', [{ ...NOTHING, state: 'new', once: false, relay: 'refused' }], [[0, /No way to Ada: .* credentials are wrong or expired/, /join again .* turn-check/]], null],
  ['a relay that refuses for all', [1, 2].map(() => ({ ...NOTHING, state: 'new', once: false, relay: 'refused' })), [[0, /wrong or expired/, /./], [0, /wrong or expired/, /./]], /credentials are wrong or expired/],
  ['hiding without a relay', [{ ...NOTHING, state: 'new', once: false, relay: 'hidden' }], [[0, /No way to Ada: you hide your address, .* no relay/, /call settings/]], null],
  ['hiding without a relay, from when on all links were lost', [1, 2].map(() => ({ ...NOTHING, state: 'failed', relay: 'hidden' })),
    [[0, /^You reach nobody: you hide/, /./], [0, /you hide/, /./]], /you hide your address/],
  ['a relay that is dead: the state stays new for ever', [{ ...NOTHING, state: 'new', once: false, relay: 'silent' }], [[0, /relay \(TURN\) does not answer/, /turn-check/]], null],
  ['a relay that works, and still no way', [{ ...NOTHING, state: 'connecting', once: false, relay: 'works' }], [[0, /neither directly nor by the relay/, /Ada should try/]], null],
  ['a young link', [{ ...NOTHING, state: 'new', once: false, relay: 'silent', age: 9_000 }], [[0, /^Connecting to Ada\.$/, /^$/]], null],
  ['a link that broke', [{ ...CALM, state: 'disconnected' }, CALM], [[0, /connection to Ada broke off/, /join again/], WELL], null],
  ['all links broke', [{ ...CALM, state: 'failed' }, { ...CALM, state: 'disconnected' }], [[0, /All your connections broke/, /network/], [0, /All/, /./]], /All your connections/],
  ['the worst is said first', [{ stands: { pair: { currentRoundTripTime: 0.2 } }, grows: LOSSY_DOWN.grows }, CALM], [[1, /What Ada sends/, /./], WELL], null],
]

const NAMES = ['Ada', 'Ben', 'Cy']

function storyOf(one, at) {
  const { state = 'connected', once = true, relay = 'none', age = 60_000, mute = false, unheard = false, speaking = false } = one
  const series = seriesOf(one).map(([time, report]) => read(report, { at: time, mic: 'mic-track', speaking, allowed: 1_000_000 }))
  return { peer_id: `p_${at}`, name: NAMES[at], state, once, relay, age, mute, unheard, series }
}

for (const [name, cases, expected, mine] of TABLE) {
  test(`it is said right: ${name}`, () => {
    const judged = judge(cases.map(storyOf))
    const verdicts = [...judged.links.values()]
    assert.equal(verdicts.length, expected.length)
    expected.forEach(([level, sentence, fix], at) => {
      assert.match(verdicts[at].sentence, sentence)
      assert.match(verdicts[at].fix, fix)
      assert.equal(verdicts[at].level, level)
    })
    if (mine) assert.match(judged.mine?.sentence ?? '', mine)
    else assert.equal(judged.mine, null)
    assert.doesNotMatch(JSON.stringify(judged) + JSON.stringify(verdicts), /192\.0|198\.51|40000|50000/)
  })
}

test('the level of the call is that of its worst link, and one that is still being made does not count', () => {
  assert.equal(judge([CALM, LOSSY_UP].map(storyOf)).level, 2)
  assert.equal(judge([CALM, { ...NOTHING, state: 'new', once: false, age: 3_000 }].map(storyOf)).level, 3)
  assert.equal(judge([]).level, 3)
})

test('what is meant is no ailment: a muted microphone, a voice that I do not want to hear', () => {
  const deaf = { grows: { 'in audio': { totalSamplesReceived: 0, jitterBufferEmittedCount: 0 } }, unheard: true }
  assert.equal(judge([{ ...SILENT, mute: true }, deaf].map(storyOf)).level, 3)
})

test('no reading holds an address', () => {
  for (const [at, report] of seriesOf()) assert.doesNotMatch(JSON.stringify(read(report, { at })), /192\.0|198\.51|address|port|"ip"/)
})

test('a pair is found without a transport, as Firefox has it', () => {
  const [[at, report]] = seriesOf()
  report.delete('T')
  assert.deepEqual(read(report, { at }).route, { way: 'direct', over: 'udp' })
  report.get('CP').nominated = false
  assert.equal(read(report, { at }).route, null)
})

test('one reading says nothing, and an empty report is read too', () => {
  const [[at, report]] = seriesOf()
  assert.equal(figuresOf([read(report, { at })]), null)
  const empty = [0, 2_000].map((time) => read(new Map(), { at: time }))
  assert.equal(symptoms(empty).size, 0)
  assert.equal(figuresOf(empty)?.rtt, null)
})

test('a stream that begins in the middle is counted from nothing', () => {
  const series = seriesOf(CALM).map(([at, report]) => read(report, { at }))
  for (const reading of series.slice(0, -1)) reading.heard = []
  assert.equal(figuresOf(series)?.lossDown, 0)
})
