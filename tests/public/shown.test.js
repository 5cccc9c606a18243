/** What I show in a call: my camera, and screens of several kinds at once. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Camera } from '../../public/js/rtc/camera.js'
import { options } from '../../public/js/rtc/display.js'
import { MediaDevices } from '../../public/js/rtc/media-devices.js'
import { Screens } from '../../public/js/rtc/screens.js'
import { CallSettings } from '../../public/js/rtc/settings.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeStorage, flush } from './fakes.js'
import { device, FakeCall, FakeMedia, FakeStream, FakeTrack } from './voice-fakes.js'

class Call extends FakeCall {
  update = (...given) => this.done.push(['update', ...given])
  unpublish = (...given) => this.done.push(['unpublish', ...given])

  /** What was done since it was last asked, without the media. */
  take() {
    const done = this.done.map(([deed, first, ...more]) => [deed, first.stream_id ?? first, ...more.map((one) => (one instanceof FakeTrack ? 'track' : one))])
    this.done = []
    return done
  }
}

function filmed({ media = new FakeMedia() } = {}) {
  const settings = new CallSettings({ shelf: new Shelf(new FakeStorage()), user: () => 'u_me' })
  const said = []
  const notices = { say: (text) => said.push(text) }
  const devices = new MediaDevices({ media, secure: true, origin: 'https://chat.example', notices })
  const call = new Call()
  const camera = new Camera({ call, settings, devices, notices })
  call.become('in')
  return { media, settings, devices, said, call, camera }
}

test('the camera is published once, and off and on again is another track', async () => {
  const { camera, call, media } = filmed()
  await camera.toggle()
  assert.deepEqual([camera.on, call.take(), call.said.cam], [true, [['publish', 'cam']], true])
  camera.toggle()
  assert.deepEqual([camera.on, call.said.cam, media.given[0].readyState], [false, false, 'ended'])
  assert.deepEqual(call.take(), [['replace', 'cam', null, 'video'], ['update', 'cam', { muted: true }]])
  await camera.toggle()
  assert.deepEqual(call.take(), [['replace', 'cam', 'track', 'video'], ['update', 'cam', { muted: false }]])
})

test('another camera is exchanged while it runs, the same one is left alone', async () => {
  const { camera, call, media, settings } = filmed()
  await media.plug(device('videoinput', 'cam-2'))
  await camera.start()
  call.take()
  settings.choose({ gain: false })
  await flush()
  assert.deepEqual(call.take(), [])
  settings.choose({ camera: 'cam-2' })
  await flush()
  assert.deepEqual(call.take(), [['replace', 'cam', 'track', 'video'], ['update', 'cam', { muted: false }]])
  assert.deepEqual(media.given.map(({ readyState }) => readyState), ['ended', 'live'])
})

test('a camera that is pulled out is off, and one that is refused says why', async () => {
  const { camera, media, said } = filmed()
  await camera.start()
  media.given[0].end()
  assert.equal(camera.on, false)
  media.refusing = new DOMException('', 'NotAllowedError')
  await camera.start()
  assert.equal(camera.on, false)
  assert.match(said[0], /may not use the camera/)
})

test('who presses twice before it is there, or leaves, has no camera running', async () => {
  const { camera, call, media } = filmed()
  const started = camera.toggle()
  assert.ok(camera.pending)
  camera.toggle()
  await started
  assert.deepEqual([camera.on, camera.pending, media.given[0].readyState, call.take()], [false, false, 'ended', []])
  await camera.start()
  call.become('out')
  assert.deepEqual([camera.on, media.given[1].readyState], [false, 'ended'])
  call.become('in')
  await camera.start()
  assert.deepEqual(call.take().at(-1), ['publish', 'cam'])
})

test('a camera switched on while the place is still asked for is on, and one that the server refuses is off', async () => {
  const { camera, call, media } = filmed()
  call.become('joining')
  await camera.toggle()
  assert.deepEqual([camera.on, call.take()], [true, [['publish', 'cam']]])
  call.become('in')
  assert.equal(camera.on, true)
  call.tell('refused', { stream_id: 's1' })
  assert.equal(camera.on, true)
  call.tell('refused', { stream_id: 'cam' })
  assert.deepEqual([camera.on, media.given[0].readyState, call.said.cam], [false, 'ended', false])
  call.take()
  await camera.toggle()
  assert.deepEqual([camera.on, call.take()], [true, [['publish', 'cam']]])
})

class FakeDisplay {
  asked = []
  given = []
  refusing = null
  surface = 'window'
  sound = true
  restricts = false

  getSupportedConstraints = () => ({ suppressLocalAudioPlayback: true, restrictOwnAudio: this.restricts })

  getDisplayMedia = async (wishes) => {
    this.asked.push(wishes)
    if (this.refusing) throw new DOMException('', this.refusing)
    const video = Object.assign(new FakeTrack('video'), { getSettings: () => ({ displaySurface: this.surface }) })
    const audio = Object.assign(new FakeTrack('audio'), { getSettings: () => ({ restrictOwnAudio: this.restricts }) })
    const stream = new FakeStream(this.sound ? [video, audio] : [video])
    this.given.push(stream)
    return stream
  }
}

function shared() {
  const media = new FakeDisplay()
  const said = []
  const call = new Call()
  const screens = new Screens({ call, media, stream: (tracks) => new FakeStream(tracks), notices: { say: (text) => said.push(text) } })
  call.become('in')
  return { media, said, call, screens, names: () => screens.shares.map(({ name }) => name) }
}

test('each share is a stream of its own and its sound another, named by what it is', async () => {
  const { screens, call, media, names } = shared()
  assert.deepEqual(await screens.start('text'), ['s1', 's1a'])
  assert.deepEqual(await screens.start('motion'), ['s2', 's2a'])
  media.surface = 'browser'
  media.sound = false
  assert.deepEqual(await screens.start('source'), ['s3'])
  assert.deepEqual(names(), ['window', 'window 2', 'tab'])
  assert.deepEqual(call.done.map(([, { kind, media: { tracks } }]) => [kind, tracks.length]), [['window', 1], ['screen-audio', 1], ['window', 1], ['screen-audio', 1], ['tab', 1]])
  assert.deepEqual(media.given.map((stream) => stream.getVideoTracks()[0].contentHint), ['detail', 'motion', ''])
})

test('the presets ask for what they say', () => {
  assert.deepEqual(options('text', {}).video, { width: { max: 1920 }, height: { max: 1080 }, frameRate: { ideal: 15, max: 15 } })
  assert.deepEqual(options('motion', {}).video, { width: { max: 1280 }, height: { max: 720 }, frameRate: { ideal: 60, max: 60 } })
  assert.equal(options('source', {}).video.height, undefined)
})

test('the sound of the system is asked for only where ours is left out, and this page is never offered', () => {
  const [plain, guarded] = [options('text', {}), options('text', { restrictOwnAudio: true })]
  assert.deepEqual([plain.systemAudio, plain.audio.restrictOwnAudio, plain.selfBrowserSurface], ['exclude', undefined, 'exclude'])
  assert.deepEqual([guarded.systemAudio, guarded.audio.restrictOwnAudio], ['include', true])
})

test('a screen whose sound would echo is shared without it, and it is said', async () => {
  const { screens, call, media, said } = shared()
  media.surface = 'monitor'
  assert.deepEqual(await screens.start('text'), ['s1'])
  assert.match(said[0], /without its sound/)
  assert.equal(media.given[0].getAudioTracks()[0].readyState, 'ended')
  media.restricts = true
  assert.deepEqual(await screens.start('text'), ['s2', 's2a'])
  assert.deepEqual(call.done.map(([, { kind }]) => kind), ['screen', 'screen', 'screen-audio'])
})

test('what the browser ends, or I, is taken back with its sound; a sound that ends alone goes alone', async () => {
  const { screens, call, media, names } = shared()
  for (const preset of ['text', 'text', 'text']) await screens.start(preset)
  call.take()
  media.given[0].getVideoTracks()[0].end()
  assert.deepEqual([call.take(), names()], [[['unpublish', 's1a'], ['unpublish', 's1']], ['window 2', 'window 3']])
  assert.equal(media.given[0].getAudioTracks()[0].readyState, 'ended')
  screens.stop('s2')
  assert.deepEqual([call.take(), media.given[1].getVideoTracks()[0].readyState], [[['unpublish', 's2a'], ['unpublish', 's2']], 'ended'])
  media.given[2].getAudioTracks()[0].end()
  assert.deepEqual(call.take(), [['unpublish', 's3a']])
  screens.stop('s3')
  assert.deepEqual([call.take(), screens.shares], [[['unpublish', 's3']], []])
})

test('a screen shared while the place is still asked for is shared, and one that the server refuses ends', async () => {
  const { screens, call, media } = shared()
  call.become('joining')
  assert.deepEqual(await screens.start('text'), ['s1', 's1a'])
  call.become('in')
  call.take()
  call.tell('refused', { stream_id: 's1a' })
  assert.deepEqual([screens.shares.length, screens.shares[0].audio, media.given[0].getAudioTracks()[0].readyState], [1, null, 'ended'])
  call.tell('refused', { stream_id: 's1' })
  assert.deepEqual([screens.shares, media.given[0].getVideoTracks()[0].readyState], [[], 'ended'])
})

test('who says no to the browser hears nothing of it, who cannot is told, and three at once are enough', async () => {
  const { screens, media, said } = shared()
  media.refusing = 'NotAllowedError'
  assert.deepEqual(await screens.start('text'), [])
  assert.deepEqual(said, [])
  media.refusing = 'NotReadableError'
  await screens.start('text')
  assert.match(said[0], /could not be captured/)
  media.refusing = null
  for (const preset of ['text', 'text', 'text', 'text']) await screens.start(preset)
  assert.equal(screens.shares.length, 3)
  assert.match(said[1], /Stop one first/)
})

test('with the call all shares end, and nothing is shared outside of one or where it cannot be', async () => {
  const { screens, call, media } = shared()
  await screens.start('text')
  call.become('out')
  assert.deepEqual([screens.shares, media.given[0].getVideoTracks()[0].readyState], [[], 'ended'])
  assert.deepEqual(await screens.start('text'), [])
  assert.equal(new Screens({ call, media: undefined, stream: () => new FakeStream(), notices: { say() {} } }).possible, false)
})
