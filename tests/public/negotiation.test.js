/** One end of a negotiation against whatever may come in: nothing of it breaks the link. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Control } from '../../public/js/rtc/control.js'
import { Negotiation } from '../../public/js/rtc/negotiation.js'
import { quietOpus } from '../../public/js/rtc/sdp.js'
import { newPc, offerTag, readTag, replyTag } from '../../public/js/rtc/tag.js'
import { flush } from './fakes.js'
import { FakeNet, FakeStream, FakeTrack } from './rtc-fakes.js'

const A = 'aaaaaaaaaaaa'
const B = 'bbbbbbbbbbbb'

/** Two ends; what they send waits until the test lets it go. */
function pair() {
  const net = new FakeNet()
  const wire = []
  const moved = []
  const ends = [A, B].map((pc_id, index) => {
    const pc = net.connect()
    const send = (kind, body, still) => wire.push({ to: 1 - index, kind, body, still })
    return { pc, negotiation: new Negotiation({ pc, pc_id, polite: index === 1, send, moved: (signals) => moved.push(...signals) }) }
  })
  for (const { pc } of ends) pc.addTrack(new FakeTrack('audio'), new FakeStream())
  const carry = async () => {
    await flush()
    for (let next = wire.shift(); next; next = wire.shift()) {
      ends[next.to].negotiation.hear(next.kind, next.body)
      await flush()
    }
  }
  return { ends, wire, moved, carry }
}

/** Only the first one offers. */
async function linked() {
  const given = pair()
  const { ends, wire, carry } = given
  await flush()
  wire.splice(0, wire.length, ...wire.filter(({ to }) => to === 1))
  await carry()
  assert.deepEqual(ends.map(({ pc }) => pc.connectionState), ['connected', 'connected'])
  return given
}

const state = ({ ends }) => ends.map(({ pc }) => pc.signalingState)

test('both offer at once: the polite one gives way', async () => {
  const given = pair()
  await given.carry()
  assert.deepEqual(state(given), ['stable', 'stable'])
  const [impolite, polite] = given.ends.map(({ negotiation }) => negotiation.counts)
  assert.deepEqual([impolite.ignored, polite.ignored, impolite.faults, polite.faults], [1, 0, 0, 0])
})

test('garbage of every kind is counted and changes nothing', async () => {
  const given = await linked()
  const [{ pc, negotiation }] = given.ends
  for (const sdp of ['', 'v=0 rubbish', undefined, `v=0\r\n${'m=audio 9 X 1\r\n'.repeat(300)}`]) {
    negotiation.hear('answer', { sdp, pc_id: B })
    negotiation.hear('offer', { sdp: `rubbish ${sdp}`, pc_id: `${B}-9` })
  }
  for (const candidate of [null, { candidate: '' }, { candidate: 'x', usernameFragment: 'none' }]) negotiation.hear('ice', { candidate, pc_id: B })
  await flush()
  assert.deepEqual([pc.signalingState, pc.connectionState, negotiation.counts.faults], ['stable', 'connected', 5])
  pc.addTransceiver('video', { direction: 'sendonly', streams: [new FakeStream()] })
  await given.carry()
  assert.deepEqual([state(given), given.ends[1].pc.getTransceivers().length], [['stable', 'stable'], 2])
})

test('an answer to an earlier offer, or of another connection, is dropped', async () => {
  const given = await linked()
  const [{ pc, negotiation }] = given.ends
  const [, { pc: there }] = given.ends
  pc.addTransceiver('video', { direction: 'sendonly', streams: [new FakeStream()] })
  await flush()
  const { sdp } = there.localDescription
  negotiation.hear('answer', { sdp, pc_id: `${B}_${A}-1` })
  negotiation.hear('answer', { sdp, pc_id: `cccccccccccc_${A}-2` })
  await flush()
  assert.deepEqual([pc.signalingState, negotiation.counts.stale, negotiation.counts.faults], ['have-local-offer', 2, 0])
  await given.carry()
  assert.equal(pc.signalingState, 'stable')
})

test('what comes from another connection of the other is handed on, with all behind it', async () => {
  const { ends: [{ negotiation }], moved } = await linked()
  negotiation.hear('ice', { candidate: { candidate: 'x' }, pc_id: 'cccccccccccc' })
  negotiation.hear('offer', { sdp: 'v=0', pc_id: 'cccccccccccc-1' })
  negotiation.hear('ice', { candidate: { candidate: 'y' }, pc_id: 'cccccccccccc' })
  await flush()
  assert.deepEqual([moved.map(({ kind }) => kind), negotiation.counts.stale], [['offer', 'ice'], 1])
})

test('a program that names no connection is understood all the same', async () => {
  const given = pair()
  await flush()
  given.wire.splice(0, given.wire.length, ...given.wire.filter(({ to }) => to === 1))
  for (const one of given.wire) one.body = { ...one.body, pc_id: null }
  await given.carry()
  assert.deepEqual(given.ends.map(({ pc }) => pc.connectionState), ['connected', 'connected'])
  given.ends[0].pc.restartIce()
  await flush()
  for (const one of given.wire) one.body = { ...one.body, pc_id: null }
  await given.carry()
  assert.deepEqual([state(given), given.moved], [['stable', 'stable'], []])
})

test('an offer is said again only while it waits for its answer', async () => {
  const given = await linked()
  const [{ pc, negotiation }] = given.ends
  negotiation.resend()
  assert.equal(given.wire.length, 0)
  pc.restartIce()
  await flush()
  const [offer] = given.wire
  negotiation.resend()
  assert.deepEqual([given.wire.at(-1).body, offer.still()], [offer.body, true])
  await given.carry()
  assert.deepEqual([state(given), given.ends[0].negotiation.counts.faults], [['stable', 'stable'], 0])
  pc.restartIce()
  await flush()
  assert.equal(offer.still(), false)
})

test('one that is closed says and hears nothing', async () => {
  const given = await linked()
  const [{ pc, negotiation }] = given.ends
  negotiation.close()
  pc.restartIce()
  negotiation.hear('offer', { sdp: 'v=0', pc_id: B })
  await flush()
  assert.deepEqual(given.wire, [])
})

test('silence is asked for of opus alone, and once', () => {
  const sdp = 'v=0\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\na=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n'
  const quiet = quietOpus(sdp)
  assert.equal(quiet, sdp.replace('useinbandfec=1', 'useinbandfec=1;usedtx=1'))
  assert.equal(quietOpus(quiet), quiet)
  assert.equal(quietOpus('rubbish'), 'rubbish')
})

test('a tag names its connection, and the offer that it answers', () => {
  const pc = newPc(() => 'c_0123456789ABCDEF')
  assert.equal(pc, '456789abcdef')
  assert.deepEqual(readTag(offerTag(pc, 3)), { pc, to: '' })
  assert.deepEqual(readTag(replyTag(B, offerTag(pc, 3))), { pc: B, to: `${pc}-3` })
  for (const other of ['', 'a-bot_s own', null, undefined]) assert.deepEqual([readTag(other), replyTag(A, other ?? '')], [{ pc: other ?? '', to: '' }, A])
})

test('only a small object in JSON is a word', async () => {
  const pc = new FakeNet().connect()
  const words = []
  const control = new Control(pc)
  control.addEventListener('word', ({ detail }) => words.push(detail))
  const [channel] = pc.channels
  assert.equal(control.tell({ early: true }), false)
  channel.open(null)
  for (const data of ['{', '[]', 'null', '7', JSON.stringify({ long: 'x'.repeat(5_000) }), new ArrayBuffer(3), '{"speaking":true}']) channel.tell('message', { data })
  channel.bufferedAmount = 100_000
  assert.deepEqual([words, control.tell({ more: 1 })], [[{ speaking: true }], false])
})
