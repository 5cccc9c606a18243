/** The smaller nouns: search, address, marks, notices, and readings as tables. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Swipe } from '../../public/js/swipe.js'
import { WayBack } from '../../public/js/way-back.js'
import { tables } from '../../public/js/diagnosis.js'
import { Here, ticketIn } from '../../public/js/here.js'
import { Marks } from '../../public/js/marks.js'
import { Notices } from '../../public/js/notices.js'
import { Refusal } from '../../public/js/refusal.js'
import { Search } from '../../public/js/search.js'
import { FakeClock, FakeSocket, flush, refuse } from './fakes.js'

test('the newest question wins, whenever the answers come', async () => {
  const socket = new FakeSocket()
  socket.become('live')
  const answers = []
  socket.answers.set('search.query', () => new Promise((resolve) => answers.push(resolve)))
  const search = new Search({ socket })
  search.look('one')
  search.look('two', 'r_1')
  await flush()
  answers[1]({ hits: ['two'], partial: true })
  answers[0]({ hits: ['one'] })
  await flush()
  assert.deepEqual([search.hits, search.partial, search.busy, search.q], [['two'], true, false, 'two'])
  assert.deepEqual(socket.asked.map(({ body }) => body.scope), [{ kind: 'all' }, { kind: 'room', room_id: 'r_1' }])
})

test('a search that is refused says so and spins no more', async () => {
  const socket = new FakeSocket()
  socket.become('live')
  socket.answers.set('search.query', refuse('RATE_LIMITED'))
  const search = new Search({ socket })
  await search.look('x')
  assert.deepEqual([search.busy, search.problem], [false, 'RATE_LIMITED'])
})

function place(hash) {
  const at = { hash, read: () => at.hash, write: (next) => (at.hash = next) }
  return at
}

test('a token is taken out of the address at once, and a room stays in it', () => {
  const at = place('#invite=SECRET')
  const here = new Here(at)
  assert.deepEqual([here.ticket, at.hash], [{ kind: 'invite', token: 'SECRET' }, ''])
  here.open('r_1')
  assert.equal(at.hash, '#room=r_1')
  assert.deepEqual([new Here(at).room_id, new Here(at).pane], ['r_1', 'room'])
  at.hash = '#room-invite=OTHER'
  here.arrive()
  assert.deepEqual([here.ticket, here.room_id, at.hash], [{ kind: 'room-invite', token: 'OTHER' }, 'r_1', '#room=r_1'])
})

test('an invite is found in an address, a fragment or alone, and in nothing else', () => {
  const found = { kind: 'invite', token: 'a-B_9' }
  for (const text of ['http://host:1/#invite=a-B_9', '#invite=a-B_9', ' invite=a-B_9 ']) assert.deepEqual(ticketIn(text), found)
  for (const text of ['', '#', '#invite=', '#__proto__=x', 'http://host/', 'a-B_9', '#room=r_1']) assert.equal(ticketIn(text), null)
})

test('a side that is opened twice is closed', () => {
  const here = new Here(place('#room=r_1'))
  here.beside('members')
  assert.deepEqual([here.side, here.pane], ['members', 'side'])
  here.beside('members')
  assert.deepEqual([here.side, here.pane], ['', 'room'])
})

test('a message that is sought by its id is forgotten where another is opened', () => {
  const here = new Here(place('#room=r_1'))
  let told = 0
  here.addEventListener('change', () => told++)
  here.seek('m_1')
  assert.deepEqual([here.sought, told], ['m_1', 1])
  here.open('r_1', 7)
  assert.deepEqual([here.sought, here.seq], ['', 7])
})

const phone = (hash = '#room=r_1') => new Here(place(hash), () => true)

test('on a phone a panel lies over the room, keeps its content when it slides away, and comes again at one press', () => {
  const here = phone()
  assert.equal(here.over, false)
  here.beside('members')
  assert.deepEqual([here.over, here.stands('members')], [true, true])
  here.back()
  assert.deepEqual([here.over, here.pane, here.side, here.stands('members')], [false, 'room', 'members', false])
  here.beside('members')
  assert.equal(here.pane, 'side')
  here.show('rooms')
  assert.equal(here.over, true)
  here.open('')
  assert.deepEqual([here.over, here.pane], [false, 'rooms']) // nothing lies below it
})

test('a link to where one is changes nothing', () => {
  const here = phone()
  here.show('rooms')
  here.arrive()
  assert.equal(here.pane, 'rooms')
})

function withHistory(hash) {
  const here = phone(hash)
  const steps = []
  const way = new WayBack(here, { push: () => steps.push('push'), back: () => steps.push('back') })
  return { here, steps, way }
}

test('the back button closes a panel, and a panel that was closed otherwise takes its step along', () => {
  const { here, steps, way } = withHistory()
  here.beside('members')
  here.show('rooms')
  assert.deepEqual(steps, ['push'])
  way.went()
  assert.deepEqual([here.pane, steps], ['room', ['push']])
  here.beside('members')
  here.back()
  assert.deepEqual(steps, ['push', 'push', 'back'])
  way.went()
  way.went()
  assert.deepEqual([here.pane, steps.length], ['room', 3])
})

test('a panel that opens while the history is still going back has its own step, and another room its address', () => {
  const { here, steps, way } = withHistory()
  here.show('rooms')
  here.open('r_2')
  here.beside('members')
  assert.deepEqual(steps, ['push', 'back'])
  way.went()
  assert.deepEqual([here.pane, here.room_id, steps], ['side', 'r_2', ['push', 'back', 'push']])
})

const swiped = (pane, from, ...to) => {
  const swipe = new Swipe({ x: from, y: 100, ms: 0 }, { width: 400, pane, back: true })
  to.forEach(([x, y, ms]) => swipe.move({ x, y, ms }))
  return swipe
}

test('from the left edge the rooms come, and back they go; the side goes to the right', () => {
  assert.deepEqual(swiped('room', 10, [300, 105, 500]).pull, { panel: 'rooms', opens: true })
  assert.deepEqual(swiped('rooms', 300, [50, 105, 500]).pull, { panel: 'rooms', opens: false })
  assert.deepEqual(swiped('side', 50, [300, 105, 500]).pull, { panel: 'side', opens: false })
  for (const none of [swiped('room', 200, [390, 100, 500]), swiped('room', 10, [0, 100, 500], [-20, 100, 600]), swiped('rooms', 10, [300, 100, 500]), swiped('side', 300, [10, 100, 500])]) {
    assert.deepEqual([none.pull, none.done], [null, false])
  }
})

test('up and down is scrolling, for good; a little is nothing yet', () => {
  assert.equal(swiped('room', 10, [15, 160, 50], [300, 160, 500]).pull, null)
  assert.equal(swiped('room', 10, [14, 103, 20]).pull, undefined)
})

test('far is meant, and quick; a little is not, nor far and quickly back', () => {
  assert.equal(swiped('room', 10, [100, 100, 500], [210, 100, 1_000]).done, true)
  assert.equal(swiped('room', 10, [40, 100, 50], [70, 100, 80]).done, true)
  assert.equal(swiped('room', 10, [60, 100, 500], [90, 100, 1_000]).done, false)
  assert.equal(swiped('room', 10, [300, 100, 500], [200, 100, 550]).done, false)
  assert.deepEqual([swiped('side', 50, [150, 100, 100]).share, swiped('side', 50, [600, 100, 100]).share], [0.25, 1])
})

test('marks go out a little later, only the highest, and again when one was lost', async () => {
  const socket = new FakeSocket()
  const clock = new FakeClock()
  const marks = new Marks({ socket, clock })
  const said = () => socket.asked.map(({ t, body }) => [t, body.room_id, body.up_to_seq])
  socket.become('live')
  socket.answers.set('msg.read', () => ({}))
  socket.answers.set('msg.delivered', refuse('LOST'))
  for (const seq of [1, 3, 2]) marks.read('__proto__', seq)
  marks.delivered('r_1', 9)
  await clock.pass(400)
  assert.deepEqual(said(), [['msg.read', '__proto__', 3], ['msg.delivered', 'r_1', 9]])
  socket.become('waiting')
  socket.become('live')
  socket.answers.set('msg.delivered', () => ({}))
  await clock.pass(400)
  assert.deepEqual(said().slice(2), [['msg.delivered', 'r_1', 9]])
  marks.read('__proto__', 3)
  await clock.pass(400)
  assert.equal(said().length, 3)
})

test('marks that wait go out at once when the page may end', async () => {
  const socket = new FakeSocket()
  const marks = new Marks({ socket, clock: new FakeClock() })
  marks.settle()
  marks.read('r_1', 1)
  marks.settle()
  assert.deepEqual(socket.asked, [], 'there is nobody to tell')
  socket.become('live')
  socket.answers.set('msg.read', () => ({}))
  marks.read('r_1', 2)
  marks.settle()
  assert.deepEqual(socket.asked, [{ t: 'msg.read', body: { room_id: 'r_1', up_to_seq: 2 } }])
})

test('a notice is one line, with its trace, and goes by itself', async () => {
  const clock = new FakeClock()
  const notices = new Notices({ clock })
  const done = await notices.tryTo(async () => {
    throw new Refusal('INTERNAL', 'broken', { trace: 'tr-1' })
  })
  assert.deepEqual([done, notices.text, notices.trace], [undefined, 'broken', 'tr-1'])
  await clock.pass(8_000)
  assert.equal(notices.text, '')
  assert.equal(await notices.tryTo(async () => 5), 5)
})

test('readings become tables: lists by column, the rest by name', () => {
  const found = tables({
    house: { uptime_s: 1.5, store: { wal: 1234567 }, __proto__: null, note: '' },
    services: [{ name: 'auth', inbox: { depth: 1 } }, { name: 'rooms', extra: true }],
    connections: [],
    hub: { rounds: [{ at: 1 }] },
  })
  assert.deepEqual(found, [
    { title: 'house', columns: [], rows: [['uptime_s', '1.5'], ['store.wal', '1,234,567'], ['note', '–']] },
    { title: 'services', columns: ['name', 'inbox.depth', 'extra'], rows: [['auth', '1', '–'], ['rooms', '–', 'true']] },
    { title: 'connections', columns: [], rows: [] },
    { title: 'hub · rounds', columns: ['at'], rows: [['1']] },
  ])
})
