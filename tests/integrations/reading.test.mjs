import assert from 'node:assert/strict'
import test from 'node:test'
import { Reading } from '../../integrations/hubot/src/reading.mjs'
import { FakeLink, FakeLog, settled } from './fakes.mjs'

const ROOM = 'r_hall'
const msg = (seq, more = {}) => ({ msg_id: `m_${seq}`, seq, user_id: 'u_ada', user_handle: 'ada', text: `text ${seq}`, ...more })
const listed = (last_seq, delivered_seq = 0) => [{ room_id: ROOM, joined: true, last_seq, delivered_seq }]

/** A reader, and a server whose room has so many messages. */
function scene(catchUp, last = 0, page = 2) {
  const taken = []
  const server = { last }
  const link = new FakeLink({
    'msg.list': ({ after_seq }) => {
      const high = Math.min(after_seq + page, server.last)
      const messages = Array.from({ length: high - after_seq }, (_, each) => msg(after_seq + each + 1))
      return { messages, next_after_seq: high, more: high < server.last }
    },
    'msg.delivered': (body) => body,
  })
  const reading = new Reading(catchUp, (room_id, { seq }) => taken.push(seq), new FakeLog())
  return { reading, taken, server, link }
}

test('live, nothing that was said before is taken, and all that is said then', async () => {
  const { reading, taken, link } = scene(false, 5)
  reading.release()
  reading.begin(link, 'e', listed(5))
  reading.hear(ROOM, msg(6))
  reading.hear(ROOM, msg(7))
  await settled()
  assert.deepEqual(taken, [6, 7])
  assert.ok(!link.names().includes('msg.list'))
})

test('live or not, the server is told up to where it was read or skipped, so that a later life does not go back there', async () => {
  for (const catchUp of [true, false]) {
    const { reading, link } = scene(catchUp, 5)
    reading.release()
    reading.begin(link, 'e', listed(5, catchUp ? 5 : 0))
    reading.hear(ROOM, msg(6))
    await settled()
    const marks = link.asked.filter(([t]) => t === 'msg.delivered').map(([, { up_to_seq }]) => up_to_seq)
    assert.deepEqual(marks, catchUp ? [6] : [5, 6])
  }
})

test('live, a new connection skips what was missed', async () => {
  const { reading, taken, link } = scene(false, 5)
  reading.release()
  reading.begin(link, 'e', listed(5))
  reading.hold()
  reading.begin(link, 'e', listed(9))
  reading.hear(ROOM, msg(10))
  await settled()
  assert.deepEqual(taken, [10])
})

test('catching up, a new connection brings what was missed, page by page, each once and in order', async () => {
  const { reading, taken, server, link } = scene(true, 5)
  reading.release()
  reading.begin(link, 'e', listed(5, 5))
  reading.hear(ROOM, msg(6))
  reading.hold()
  server.last = 11
  reading.begin(link, 'e', listed(11, 5))
  reading.hear(ROOM, msg(11))
  await settled()
  assert.deepEqual(taken, [6, 7, 8, 9, 10, 11])
})

test('catching up, a new life goes on at the mark that the server kept', async () => {
  const { reading, taken, link } = scene(true, 4)
  reading.release()
  reading.begin(link, 'e', listed(4, 2))
  await settled()
  assert.deepEqual(taken, [3, 4])
  assert.deepEqual(link.asked.at(-1), ['msg.delivered', { room_id: ROOM, up_to_seq: 4 }])
})

test('a room that was just entered is read from there on, live or not', async () => {
  for (const catchUp of [true, false]) {
    const { reading, taken, link } = scene(catchUp, 3)
    reading.release()
    reading.begin(link, 'e', listed(3, 2), new Set([ROOM]))
    await settled()
    assert.deepEqual(taken, [3])
  }
})

test('a restored database has another history, of which nothing is taken', async () => {
  const { reading, taken, link } = scene(true, 3)
  reading.release()
  reading.begin(link, 'e', listed(3, 3))
  reading.begin(link, 'f', listed(2, 0))
  reading.hear(ROOM, msg(3))
  await settled()
  assert.deepEqual(taken, [3])
})

test('what comes before the scripts, or before the marks, is taken afterwards', async () => {
  const { reading, taken, server, link } = scene(false, 5)
  reading.hear(ROOM, msg(6))
  reading.begin(link, 'e', listed(5))
  reading.hear(ROOM, msg(7))
  server.last = 7
  assert.deepEqual(taken, [])
  reading.release()
  await settled()
  assert.deepEqual(taken, [6, 7])
})

test('a message that comes twice is taken once, and one that never came is fetched', async () => {
  const { reading, taken, server, link } = scene(false, 5)
  reading.release()
  reading.begin(link, 'e', listed(5))
  reading.hear(ROOM, msg(6))
  reading.hear(ROOM, msg(6))
  server.last = 9
  reading.hear(ROOM, msg(8))
  reading.hear(ROOM, msg(9))
  await settled()
  assert.deepEqual(taken, [6, 7, 8, 9])
})

test('a deleted message is passed by', async () => {
  const { reading, taken, link } = scene(false)
  reading.release()
  reading.begin(link, 'e', listed(0))
  reading.hear(ROOM, msg(1, { deleted_at: 1 }))
  reading.hear(ROOM, msg(2))
  assert.deepEqual(taken, [2])
})

test('pruned messages do not hold up a catch-up', async () => {
  const { reading, taken, link } = scene(true, 6)
  const pages = link.answers['msg.list']
  link.answers['msg.list'] = (body) => {
    const page = pages(body)
    return { ...page, messages: page.messages.filter(({ seq }) => seq > 4) }
  }
  reading.release()
  reading.begin(link, 'e', listed(6, 1))
  await settled()
  assert.deepEqual(taken, [5, 6])
})
