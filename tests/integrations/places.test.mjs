import assert from 'node:assert/strict'
import test from 'node:test'
import { Refusal } from '../../integrations/hubot/src/link.mjs'
import { Places } from '../../integrations/hubot/src/places.mjs'
import { FakeLink, FakeLog } from './fakes.mjs'

const room = (room_id, name, more = {}) => ({ room_id, name, kind: 'public', topic: '', joined: false, last_seq: 0, delivered_seq: 0, ...more })

/** A server with these rooms, which lets everybody into them. */
function scene(...rooms) {
  const log = new FakeLog()
  const link = new FakeLink({
    'room.list': () => ({ rooms: rooms.map((each) => ({ ...each })) }),
    'room.join': ({ room_id }) => (rooms.find((each) => each.room_id === room_id).joined = true),
  })
  return { places: new Places(log), link, log, rooms }
}

test('it enters the public rooms that it was told, by name or id, and says which are new', async () => {
  const { places, link } = scene(room('r_1', 'Hall'), room('r_2', 'Cellar'), room('r_3', 'Attic', { joined: true }))
  const fresh = await places.enter(link, { rooms: ['#hall', 'r_2', 'Attic'], invites: [] })
  assert.deepEqual([...fresh], ['r_1', 'r_2'])
  assert.equal(places.entered.length, 3)
})

test('what cannot be entered is told and left out', async () => {
  const { places, link, log } = scene(room('r_1', 'Hall'), room('r_2', 'Hall'), room('g_1', 'Den', { kind: 'group' }))
  await places.enter(link, { rooms: ['Hall', 'Den', 'Attic'], invites: ['bad'] })
  assert.equal(places.entered.length, 0)
  assert.deepEqual(
    log.lines.map((line) => line.replace('devchitchat: ', '').slice(0, 24)),
    ['2 public rooms are calle', '0 public rooms are calle', '0 public rooms are calle', 'cannot enter an invite o'],
  )
})

test('an invite is redeemed once in a life', async () => {
  const { places, link } = scene()
  for (let connection = 0; connection < 3; connection += 1) await places.enter(link, { rooms: [], invites: ['token'] })
  assert.equal(link.names().filter((t) => t === 'room.invite_redeem').length, 1)
})

test('a room is found by its id, or by its name among those that the bot is in', async () => {
  const { places, link, rooms } = scene(room('r_1', 'Hall', { joined: true }), room('r_2', 'Cellar'))
  await places.list(link)
  assert.equal(await places.idOf(link, 'r_9'), 'r_9')
  assert.equal(await places.idOf(link, 'hall'), 'r_1')
  await assert.rejects(places.idOf(link, 'Cellar'), Refusal)
  rooms[1].joined = true
  assert.equal(await places.idOf(link, '#Cellar'), 'r_2')
})

test('a name that two rooms have is no address', async () => {
  const { places, link } = scene(room('r_1', 'Hall', { joined: true }), room('r_2', 'Hall', { joined: true }))
  await assert.rejects(places.idOf(link, 'Hall'), /more than one/)
})

test('only another topic is news', async () => {
  const { places, link } = scene(room('r_1', 'Hall', { joined: true, topic: 'old' }))
  await places.list(link)
  assert.equal(places.updated({ room_id: 'r_1', name: 'Great hall', topic: 'old' }), false)
  assert.equal(places.updated({ room_id: 'r_1', name: 'Great hall', topic: 'new' }), true)
  assert.equal(await places.idOf(link, 'Great hall'), 'r_1')
})
