/** How loud my own stream is, by the frames that the browser hands out. */

import assert from 'node:assert/strict'
import test, { afterEach } from 'node:test'

import { earOf } from '../../public/js/rtc/ear.js'
import { Loudness } from '../../public/js/rtc/loudness.js'

const QUANTUM = 480
const scope = /** @type {any} */ (globalThis)
const stream = /** @type {any} */ ({ getAudioTracks: () => ['the track'] })
const turn = () => new Promise((done) => setImmediate(done))

afterEach(() => delete scope.MediaStreamTrackProcessor)

/** A browser that hands out frames: `sound` makes one come. */
function browser() {
  const seen = { tracks: /** @type {unknown[]} */ ([]), closed: 0, cancelled: false }
  let controller = /** @type {ReadableStreamDefaultController | null} */ (null)
  scope.MediaStreamTrackProcessor = class {
    readable = new ReadableStream({ start: (given) => void (controller = given), cancel: () => void (seen.cancelled = true) })

    /** @param {{track: unknown}} init */
    constructor({ track }) {
      seen.tracks.push(track)
    }
  }
  const sound = (/** @type {number} */ amplitude) => controller?.enqueue({
    numberOfFrames: QUANTUM, copyTo: (/** @type {Float32Array} */ samples) => samples.fill(amplitude), close: () => (seen.closed += 1),
  })
  return { seen, sound }
}

test('a level is told for every three frames of ten milliseconds, and every frame is given back', async () => {
  const { seen, sound } = browser()
  const levels = /** @type {number[]} */ ([])
  earOf(() => assert.fail('no context is needed'))(stream, (rms) => levels.push(rms))
  for (const amplitude of [0.5, 0.5, 0.5, 0, 0, 0, 0.5]) sound(amplitude)
  await turn()
  assert.deepEqual(levels, [0.5, 0])
  assert.deepEqual([seen.tracks, seen.closed], [['the track'], 7])
})

test('nothing is heard any more once the ear is shut', async () => {
  const { seen, sound } = browser()
  const levels = /** @type {number[]} */ ([])
  const shut = earOf(() => assert.fail('no context is needed'))(stream, (rms) => levels.push(rms))
  sound(0.5)
  sound(0.5)
  await turn()
  shut()
  await turn()
  assert.deepEqual([levels, seen.cancelled], [[], true])
})

test('where frames are not handed out a context is made, and one that cannot be says nothing', async () => {
  let made = 0
  const shut = earOf(() => {
    made += 1
    throw new Error('no sound here')
  })(stream, () => assert.fail('there is nothing to hear'))
  await turn()
  shut()
  assert.equal(made, 1)
})

test('two channels are as loud as their mean, and no channel is silence', () => {
  const levels = /** @type {number[]} */ ([])
  const loudness = new Loudness((rms) => levels.push(rms))
  loudness.take([new Float32Array(1024).fill(1), new Float32Array(1024)])
  for (let quantum = 0; quantum < 8; quantum++) loudness.take([])
  assert.deepEqual(levels, [Math.sqrt(0.5), 0])
})
