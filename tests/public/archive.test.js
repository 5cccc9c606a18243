/** Rooms as a file, and files as rooms. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Archive } from '../../public/js/archive.js'
import { messageLine, readLines, roomLine } from '../../public/js/jsonl.js'
import { FakeClock, FakeSocket, flush, message, refuse, room } from './fakes.js'

function scene(count = 0) {
  const socket = new FakeSocket()
  const clock = new FakeClock()
  const archive = new Archive({ socket, clock })
  const all = Array.from({ length: count }, (_, index) => message(index + 1))
  socket.answers.set('msg.list', ({ after_seq, limit }) => {
    const messages = all.filter(({ seq }) => seq > after_seq).slice(0, limit)
    const next_after_seq = messages.at(-1)?.seq ?? after_seq
    return { messages, next_after_seq, next_after_rev: 0, more: next_after_seq < count }
  })
  socket.become('live')
  return { socket, clock, archive }
}

const read = (text) => readLines(new Blob([text]).stream())

test('what is taken along can be read again, whole and in order', async () => {
  const { archive } = scene(450)
  const names = [room('r_1', { name: 'tea', topic: 'leaves' }), room('g_2', { name: '</script>' })]
  const { copies, skipped } = await archive.open(await archive.take(names))
  assert.deepEqual([copies.map(({ name, topic }) => [name, topic]), skipped], [[['tea', 'leaves'], ['</script>', '']], 0])
  assert.deepEqual(copies.map(({ messages }) => messages.length), [450, 450])
  assert.deepEqual(copies[0].messages.map(({ seq }) => seq), Array.from({ length: 450 }, (_, index) => index + 1))
  assert.deepEqual([archive.copies().length, archive.fetched], [2, null])
})

test('a connection that falls is waited for, and nothing is missing or twice', async () => {
  const { socket, archive } = scene(450)
  const answer = socket.answers.get('msg.list')
  let asked = 0
  socket.answers.set('msg.list', (body) => {
    if (asked++ !== 1) return answer(body)
    socket.become('waiting')
    return refuse('LOST')()
  })
  const taking = archive.take([room('r_1')])
  await flush()
  assert.equal(archive.fetched, 200)
  socket.become('live')
  const { copies } = await archive.open(await taking)
  assert.equal(new Set(copies[0].messages.map(({ seq }) => seq)).size, 450)
  assert.equal(copies[0].messages.length, 450)
})

test('a server that is asked too often is given the time it wants', async () => {
  const { socket, clock, archive } = scene(3)
  const answer = socket.answers.get('msg.list')
  socket.answers.set('msg.list', refuse('RATE_LIMITED', { retry_after_ms: 700 }))
  const taking = archive.take([room('r_1')])
  await flush()
  socket.answers.set('msg.list', answer)
  await clock.pass(700)
  assert.equal((await archive.open(await taking)).copies[0].messages.length, 3)
})

test('a room that is no longer mine ends there, the others come whole', async () => {
  const { socket, archive } = scene(3)
  const answer = socket.answers.get('msg.list')
  socket.answers.set('msg.list', (body) => (body.room_id === 'r_1' ? refuse('NOT_FOUND')() : answer(body)))
  const { copies } = await archive.open(await archive.take([room('r_1'), room('r_2')]))
  assert.deepEqual(copies.map(({ messages }) => messages.length), [0, 3])
})

test('an export is stopped by whoever began it, and by logging out; two at once are refused', async () => {
  const { socket, archive } = scene(3)
  socket.become('waiting')
  const taking = archive.take([room('r_1')])
  await flush()
  await assert.rejects(archive.take([]), { code: 'CONFLICT' })
  archive.reset()
  assert.deepEqual([await taking, archive.fetched], [null, null])
})

test('a file of anything is read without harm, and what is no message is counted', async () => {
  const { archive } = scene()
  const lines = [
    '{"kind":"msg","text":"before any room"}', 'no json', '[]', 'null', '7', '{"kind":"room"}',
    '{"kind":"msg","seq":"x","ts":1e999,"text":"a","user_handle":{},"attachments":[{"name":"f"},null,7],"__proto__":{"polluted":1}}',
    '{"kind":"msg","text":5}', '', '{"kind":"__proto__"}',
  ]
  const { copies, skipped } = await archive.open(new Blob([lines.join('\n')]))
  const said = { seq: 0, ts: 0, user_handle: 'unknown', text: 'a', bot: false, edited: false, deleted: false, files: ['f'] }
  assert.deepEqual(copies, [{ room_id: '', name: 'A room', topic: '', exported_at: 0, skipped: 2, messages: [said] }])
  assert.deepEqual([skipped, {}.polluted], [7, undefined])
  archive.close(copies[0])
  assert.deepEqual(archive.copies(), [])
})

test('a file without a room is refused', async () => {
  const { archive } = scene()
  await assert.rejects(archive.open(new Blob(['hello'])), { code: 'BAD_REQUEST' })
  await assert.rejects(archive.open({ size: 1e12 }), { code: 'PAYLOAD_TOO_LARGE' })
})

test('letters that are cut between two pieces of a file are whole again, and an endless line is passed over', async () => {
  const text = roomLine(room('r_1', { name: 'päckchen 🎉' }), 1) + messageLine(message(1, { text: 'ü'.repeat(9) }))
  const bytes = new TextEncoder().encode(text)
  const pieces = new ReadableStream({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte))
      controller.close()
    },
  })
  const { copies } = await readLines(pieces)
  assert.deepEqual([copies[0].name, copies[0].messages[0].text], ['päckchen 🎉', 'ü'.repeat(9)])
  const { copies: after, skipped } = await read(`${'x'.repeat(3_000_000)}\n${text}`)
  assert.deepEqual([after.length, skipped], [1, 1])
})
