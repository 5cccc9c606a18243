/** What there is to see in a call: which tiles there are, how large, what stands out, and what I want of each. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Shelf } from '../../public/js/shelf.js'
import { LEAST, MOST, Stage } from '../../public/js/rtc/stage.js'
import { tilesOf, tileWidth, wish } from '../../public/js/rtc/tiles.js'
import { FakeStorage } from './fakes.js'

const stream = (peer_id, stream_id, kind, more = {}) => ({
  key: `${peer_id} ${stream_id}`, peer_id, user_id: peer_id.replace('p', 'u'), self: peer_id === 'p_me', stream_id, kind, label: '',
  tracks: { audio: kind === 'mic' || kind.endsWith('audio'), video: !(kind === 'mic' || kind.endsWith('audio')) }, muted: false, media: null, ...more,
})
const nameOf = (user_id) => user_id.slice(2)
const cam = (peer_id, more) => stream(peer_id, 'cam', 'cam', more)

test('each picture has a tile with a name and a kind, several of a kind are told apart, and what is only heard has none', () => {
  const streams = [stream('p_a', 'mic', 'mic'), cam('p_a'), stream('p_a', 's1', 'screen'), stream('p_a', 's1a', 'screen-audio'), stream('p_a', 's2', 'screen'), stream('p_a', 's3', 'tab')]
  const tiles = tilesOf(streams, nameOf)
  assert.deepEqual(tiles.map(({ title }) => title), ['a: screen', 'a: screen 2', 'a: tab', 'a: camera'])
  assert.deepEqual(tiles.map(({ sound }) => sound), [true, false, false, false])
})

test('shares stand first and my own last of each', () => {
  const tiles = tilesOf([cam('p_me'), stream('p_me', 's1', 'window'), cam('p_a'), stream('p_a', 's1', 'window')], nameOf)
  assert.deepEqual(tiles.map(({ title }) => title), ['a: window', 'me: window', 'a: camera', 'me: camera'])
})

test('a camera that is off is a blank tile beside others, and nothing alone', () => {
  const off = cam('p_a', { muted: true })
  assert.deepEqual(tilesOf([off], nameOf), [])
  assert.deepEqual(tilesOf([off, cam('p_b')], nameOf).map(({ blank }) => blank), [true, false])
})

test('tiles are as large as so many can be', () => {
  assert.equal(tileWidth(1, 1600, 900, 8), 1600)
  assert.equal(tileWidth(1, 1600, 450, 8), 800)
  assert.equal(tileWidth(2, 1608, 900, 8), 800)
  assert.equal(tileWidth(2, 390, 900, 8), 390)
  assert.equal(tileWidth(0, 390, 900, 8), 0)
  for (let count = 1; count <= 16; count++) {
    const width = tileWidth(count, 1000, 500, 8)
    const columns = Math.floor((1000 + 8) / (width + 8))
    assert.ok(Math.ceil(count / columns) * ((width * 9) / 16 + 8) - 8 <= 501, `${count} fit`)
  }
})

test('what nobody sees is wanted off, what stands out is wanted whole, and a window apart is seen whatever the page does', () => {
  const seen = { inView: true, apart: false, awake: true, large: false }
  assert.equal(wish(seen), 'low')
  assert.equal(wish({ ...seen, large: true }), 'high')
  assert.equal(wish({ ...seen, large: true, inView: false }), 'off')
  assert.equal(wish({ ...seen, awake: false }), 'off')
  assert.equal(wish({ ...seen, awake: false, inView: false, apart: true }), 'high')
})

function stand(storage = new FakeStorage()) {
  const call = Object.assign(new EventTarget(), { streams: [] })
  const stage = new Stage({ call, presence: { nameOf }, shelf: new Shelf(storage), user: () => 'u_me' })
  const show = (...streams) => {
    call.streams = streams
    call.dispatchEvent(new CustomEvent('change'))
  }
  return { stage, show, large: () => stage.large(stage.tiles) }
}

test('the only share of somebody else stands out until it is put back, and the next one does again', () => {
  const { stage, show, large } = stand()
  const share = stream('p_a', 's1', 'screen')
  show(cam('p_a'), share)
  assert.equal(large(), share.key)
  stage.pin(share.key)
  assert.equal(large(), '')
  show(cam('p_a'))
  show(cam('p_a'), share)
  assert.equal(large(), share.key)
  show(cam('p_a'), share, stream('p_b', 's1', 'tab'))
  assert.equal(large(), '')
})

test('my own share does not stand out, nor does one that is alone', () => {
  const { show, large } = stand()
  show(cam('p_a'), stream('p_me', 's1', 'screen'))
  assert.equal(large(), '')
  show(stream('p_a', 's1', 'screen'))
  assert.equal(large(), '')
})

test('what I pin stands out whatever is shared, until I put it back or it is gone', () => {
  const { stage, show, large } = stand()
  const [face, share] = [cam('p_b'), stream('p_a', 's1', 'screen')]
  show(face, share)
  stage.pin(face.key)
  assert.equal(large(), face.key)
  stage.pin(face.key)
  assert.equal(large(), '')
  stage.pin(face.key)
  show(share, cam('p_c'))
  assert.equal(large(), '')
})

test('the split is remembered, stays within bounds, and damage is the usual', () => {
  const storage = new FakeStorage()
  const { stage } = stand(storage)
  assert.deepEqual(stage.split, { share: 0.55, chat: true })
  stage.divide({ share: 2 })
  stage.divide({ chat: false })
  assert.deepEqual(stand(storage).stage.split, { share: MOST, chat: false })
  stage.divide({ share: 0 })
  assert.equal(stage.split.share, LEAST)
  new Shelf(storage).put('u_me/calls/stage', { share: 'much', chat: 7 })
  assert.deepEqual(stage.split, { share: 0.55, chat: true })
})
