/** The bot's commands: fetched where it is, kept while there is no connection, and given once. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { BotCommands } from '../../public/js/bot-commands.js'
import { FakeClock, FakeSocket, flush, ids, refuse } from './fakes.js'

function scene() {
  const [socket, clock] = [new FakeSocket(), new FakeClock()]
  const bots = new BotCommands({ socket, clock, newId: ids() })
  const answer = (...names) => socket.answers.set('bot.commands', () => ({ room_id: 'r_1', commands: names.map((name) => ({ name, usage: '', help: '' })) }))
  const told = []
  bots.addEventListener('change', ({ detail }) => told.push(detail.room_id))
  const asked = (t = 'bot.commands') => socket.asked.filter((one) => one.t === t)
  answer('ping')
  socket.become('live')
  return { bots, socket, clock, answer, told, asked, names: () => bots.of('r_1').map(({ name }) => name) }
}

test('they are fetched once while they are fresh, and again when they are old or the connection is another', async () => {
  const { bots, socket, clock, answer, told, asked, names } = scene()
  await Promise.all([bots.load('r_1'), bots.load('r_1')])
  await bots.load('r_1')
  assert.deepEqual([names(), asked().length, told], [['ping'], 1, ['r_1']])
  assert.deepEqual([bots.takes('r_1', 'ping'), bots.takes('r_1', 'pin'), bots.takes('r_2', 'ping')], [true, false, false])
  answer('ping', 'raid join')
  await clock.pass(60_000)
  await bots.load('r_1')
  assert.deepEqual([names(), bots.takes('r_1', 'raid')], [['ping', 'raid join'], true])
  socket.become('live')
  await bots.load('r_1')
  assert.equal(asked().length, 3)
})

test('without a connection, or with a refusal, what is known stays', async () => {
  const { bots, socket, clock, answer, asked, names } = scene()
  await bots.load('r_1')
  await clock.pass(60_000)
  socket.become('waiting')
  await assert.rejects(bots.load('r_1'), { code: 'OFFLINE' })
  assert.deepEqual(names(), ['ping'])
  const before = asked().length
  socket.become('live')
  socket.answers.set('bot.commands', refuse('UNAVAILABLE'))
  await assert.rejects(bots.load('r_1'), { code: 'UNAVAILABLE' })
  assert.deepEqual([names(), asked().length - before], [['ping'], 1])
  for (let tries = 0; tries < 3; tries++) void bots.look('r_1')
  await flush()
  answer('pong')
  await clock.pass(250)
  assert.deepEqual([names(), asked().length - before], [['pong'], 3])
})

test('a bot that comes is asked, and what one that goes took is forgotten', async () => {
  const { bots, answer, names } = scene()
  answer()
  await bots.load('r_1')
  answer('ping')
  bots.seated('r_1', true)
  await flush()
  assert.deepEqual(names(), ['ping'])
  bots.seated('r_1', false)
  assert.deepEqual(names(), [])
})

test('what the bot was given is told, and what was refused is not', async () => {
  const { bots, socket } = scene()
  const given = []
  bots.addEventListener('given', ({ detail }) => given.push(detail))
  socket.answers.set('bot.command', refuse('NOT_FOUND'))
  await assert.rejects(bots.give('r_1', 'nothing'), { code: 'NOT_FOUND' })
  socket.answers.set('bot.command', () => ({ queued: true }))
  await bots.give('r_1', 'ping')
  assert.deepEqual(given, [{ room_id: 'r_1' }])
})

test('a command goes in two parts, and tried again after a refusal it is the same one', async () => {
  const { bots, socket, asked } = scene()
  socket.answers.set('bot.command', refuse('UNAVAILABLE'))
  await assert.rejects(bots.give('r_1', 'Poll  Pizza? :tada:\nyes'), { code: 'UNAVAILABLE' })
  socket.answers.set('bot.command', () => ({ queued: true }))
  await bots.give('r_1', 'Poll  Pizza? :tada:\nyes')
  await bots.give('r_1', 'Poll  Pizza? :tada:\nyes')
  const given = asked('bot.command').map(({ body }) => body)
  assert.deepEqual(given[0], { room_id: 'r_1', command: 'poll', args: 'Pizza? 🎉\nyes', client_msg_id: 'c_1' })
  assert.deepEqual(given.map(({ client_msg_id }) => client_msg_id), ['c_1', 'c_1', 'c_2'])
  await assert.rejects(bots.give('r_1', '/etc/passwd'), { code: 'NOT_FOUND' })
})
