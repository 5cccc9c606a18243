/** What each stream may cost on each link: the table of CALLS section 2, and what holds for whatever is asked. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { allot } from '../../public/js/rtc/budget.js'

const MIC = { stream_id: 'mic', form: 'voice' }
const CAM = { stream_id: 'cam', form: 'camera', height: 720 }
const SCREEN = { stream_id: 's1', form: 'screen', height: 1080 }
const SOUND = { stream_id: 's1a', form: 'sound' }
const all = (level) => () => level
const others = (people) => Array.from({ length: people - 1 }, (_, at) => `p_${at}`)
const ask = (people, more) => allot({ upload: 3e6, links: others(people), streams: [MIC, CAM], want: all('high'), ...more })
const of = ({ shares }, stream_id) => shares.filter((share) => share.stream_id === stream_id)
const costs = ({ shares }) => shares.reduce((sum, { form, active, maxBitrate }) => sum + (form === 'voice' ? 50_000 : active ? maxBitrate : 0), 0)

/** people, camera alone (bit/s a link), its lines and rate; a screen beside it at least; in all at most. */
const TABLE = [
  [2, 1_200_000, 720, 30, 1_500_000, 3_000_000],
  [3, 700_000, 480, 30, 800_000, 3_000_000],
  [4, 400_000, 360, 24, 500_000, 3_000_000],
  [6, 200_000, 270, 20, 350_000, 3_000_000],
  [10, 120_000, 180, 15, 180_000, 3_000_000],
]

for (const [people, camera, lines, fps, screen, most] of TABLE) {
  test(`at 3 Mbit/s and ${people} people a camera has the size of the table`, () => {
    for (const share of of(ask(people), 'cam')) {
      assert.equal(share.maxBitrate, camera)
      assert.equal(share.maxFramerate, fps)
      assert.ok(Math.abs(720 / share.scaleResolutionDownBy - lines) < 5)
    }
  })

  test(`a screen beside the cameras of ${people} people gets what the table gives, and the cameras stay`, () => {
    const both = ask(people, { streams: [MIC, CAM, SCREEN] })
    for (const share of of(both, 's1')) assert.ok(share.maxBitrate >= screen, `${share.maxBitrate}`)
    for (const share of of(both, 'cam')) assert.ok(share.maxBitrate >= 80_000, `${share.maxBitrate}`)
    assert.ok(costs(both) <= most)
    assert.equal(both.paused, '')
  })
}

test('at ten people and 1 Mbit/s cameras pause before voice suffers, and it is said why and what to do', () => {
  const tight = ask(10, { upload: 1e6 })
  assert.ok(of(tight, 'cam').every(({ active }) => !active))
  assert.ok(of(tight, 'mic').every(({ active, maxBitrate }) => active && maxBitrate === 32_000))
  assert.match(tight.paused, /^Your camera is paused: 10 people and an upload limit of 1 Mbit\/s .* Raise the limit/)
})

test('a camera that few of ten want goes on, at the same limit', () => {
  const want = (peer_id) => (peer_id === 'p_0' || peer_id === 'p_1' ? 'high' : 'off')
  const tight = ask(10, { upload: 1e6, want })
  assert.deepEqual(of(tight, 'cam').map(({ active }) => active), [true, true, ...Array(7).fill(false)])
  assert.equal(tight.paused, '')
})

test('a screen is kept where screen and cameras do not both fit', () => {
  const tight = ask(10, { upload: 1.4e6, streams: [MIC, CAM, SCREEN] })
  assert.ok(of(tight, 's1').every(({ active, maxBitrate }) => active && maxBitrate >= 80_000))
  assert.ok(of(tight, 'cam').every(({ active }) => !active))
})

test('what nobody wants is not sent, and what nobody spoke of is not either, but for sound', () => {
  const quiet = ask(3, { streams: [MIC, CAM, SCREEN, SOUND], want: () => undefined })
  assert.deepEqual(quiet.shares.filter(({ active }) => active).map(({ form }) => form), ['voice', 'sound', 'voice', 'sound'])
  assert.ok(of(ask(3, { streams: [SOUND], want: all('off') }), 's1a').every(({ active }) => !active))
})

test('a small tile costs less than a large one, and leaves its part to others', () => {
  const want = (peer_id) => (peer_id === 'p_0' ? 'high' : 'low')
  const [large, ...small] = of(ask(4, { streams: [MIC, SCREEN], want }), 's1')
  assert.ok(small.every(({ maxBitrate }) => maxBitrate === 350_000))
  assert.ok(large.maxBitrate > 1_500_000)
})

test('a screen keeps its lines when there is plenty, and shows fewer pictures when there is not', () => {
  const [plenty] = of(ask(2, { upload: 20e6, streams: [MIC, SCREEN] }), 's1')
  assert.deepEqual([plenty.scaleResolutionDownBy, plenty.maxFramerate], [1, 15])
  const [tight] = of(ask(10, { streams: [MIC, SCREEN] }), 's1')
  assert.deepEqual([tight.scaleResolutionDownBy, tight.maxFramerate], [1.5, 5])
})

test('a picture whose size is not known is not made smaller', () => {
  assert.ok(of(ask(10, { streams: [{ stream_id: 'cam', form: 'camera' }] }), 'cam').every((share) => share.scaleResolutionDownBy === 1))
})

test('a hard-pressed processor gets smaller cameras, and then only the large ones', () => {
  const strain = { scale: 1.5, largeOnly: false }
  assert.equal(of(ask(2, { strain }), 'cam')[0].scaleResolutionDownBy, 1.5)
  const want = (peer_id) => (peer_id === 'p_0' ? 'high' : 'low')
  const worse = ask(3, { want, strain: { scale: 2.25, largeOnly: true } })
  assert.deepEqual(of(worse, 'cam').map(({ active }) => active), [true, false])
  assert.match(worse.paused, /cannot keep up/)
  assert.equal(ask(3, { streams: [MIC], want, strain: { scale: 2.25, largeOnly: true } }).paused, '')
})

test('whatever is asked, all together stays below the limit, voice has its share, and no camera is sent below 80 kbit/s', () => {
  const random = dice(4)
  for (let round = 0; round < 3_000; round++) {
    const people = 2 + Math.floor(random() * 15)
    const streams = [MIC, ...some(random, [CAM, SCREEN, SOUND, { stream_id: 's2', form: 'game', height: 1440 }, { ...SCREEN, stream_id: 's3' }])]
    const levels = new Map()
    const want = (peer_id, stream_id) => {
      const key = `${peer_id} ${stream_id}`
      if (!levels.has(key)) levels.set(key, ['off', 'low', 'high', undefined][Math.floor(random() * 4)])
      return levels.get(key)
    }
    const upload = [1e6, 3e6, 8e6, 20e6][Math.floor(random() * 4)]
    const found = allot({ upload, links: others(people), streams, want })
    assert.ok(costs(found) <= upload, `${costs(found)} of ${upload}`)
    assert.ok(Math.abs(found.cost - costs(found)) < found.shares.length)
    assert.ok(of(found, 'mic').every(({ active, maxBitrate }) => active && maxBitrate === 32_000))
    assert.ok(found.shares.every(({ form, active, maxBitrate }) => form !== 'camera' || !active || maxBitrate >= 80_000))
    assert.ok(found.shares.every(({ scaleResolutionDownBy = 1, maxBitrate }) => scaleResolutionDownBy >= 1 && Number.isInteger(maxBitrate)))
  }
})

test('alone in a call nothing is sent and nothing is said', () => {
  assert.deepEqual(ask(1), { shares: [], paused: '', cost: 0 })
})

const some = (random, from) => from.filter(() => random() < 0.6)

/** Repeatable chance (mulberry32). */
function dice(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
