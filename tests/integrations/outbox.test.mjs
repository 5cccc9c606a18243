import assert from 'node:assert/strict'
import test from 'node:test'
import { Gone, Refusal } from '../../integrations/hubot/src/link.mjs'
import { Outbox } from '../../integrations/hubot/src/outbox.mjs'
import { FakeLink, settled } from './fakes.mjs'

const letter = (text) => () => ({ text, client_msg_id: text })
const texts = (link) => link.asked.map(([, body]) => body.text)

test('letters wait for a connection and go in the order of their posting', async () => {
  const outbox = new Outbox()
  const sent = ['one', 'two', 'three'].map((text) => outbox.post('msg.send', letter(text)))
  assert.equal(outbox.depth, 3)
  const link = new FakeLink({ 'msg.send': ({ text }) => text })
  outbox.open(link)
  assert.deepEqual(await Promise.all(sent), ['one', 'two', 'three'])
  assert.deepEqual(texts(link), ['one', 'two', 'three'])
})

test('a letter whose connection went is sent again as it was on the next one, before those behind it', async () => {
  const outbox = new Outbox()
  const broken = new FakeLink({
    'msg.send': () => {
      throw new Gone('')
    },
  })
  outbox.open(broken)
  const sent = ['one', 'two'].map((text) => outbox.post('msg.send', letter(text)))
  await settled()
  assert.deepEqual(texts(broken), ['one'])
  const link = new FakeLink({ 'msg.send': ({ client_msg_id }) => client_msg_id })
  outbox.open(link)
  assert.deepEqual(await Promise.all(sent), ['one', 'two'])
  assert.deepEqual(texts(link), ['one', 'two'])
})

test('a refused letter is its writer’s trouble and holds nobody up', async () => {
  const outbox = new Outbox()
  const link = new FakeLink({ 'msg.send': ({ text }) => text })
  outbox.open(link)
  await assert.rejects(outbox.post('room.update', letter('topic')), Refusal)
  assert.equal(await outbox.post('msg.send', letter('one')), 'one')
})

test('a thousand letters wait and no more', async () => {
  const outbox = new Outbox()
  for (let count = 0; count < 1000; count += 1) void outbox.post('msg.send', letter('x'))
  await assert.rejects(outbox.post('msg.send', letter('x')), Refusal)
})
