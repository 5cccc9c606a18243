/** Noticing and getting around: levels, calls, search page by page, keys, and the palette. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Absence, inWords } from '../../public/js/absence.js'
import { Alerts } from '../../public/js/alerts.js'
import { Levels, waitingFor } from '../../public/js/levels.js'
import { likeness, ways } from '../../public/js/palette.js'
import { Search } from '../../public/js/search.js'
import { Shelf } from '../../public/js/shelf.js'
import { Shell } from '../../public/js/shell.js'
import { deedOf, nextRoom, SHORTCUTS } from '../../public/js/shortcuts.js'
import { Timeline } from '../../public/js/timeline.js'
import { FakeClock, FakeSocket, FakeStorage, flush, message, refuse, room, user } from './fakes.js'

const levelsOf = (storage = new FakeStorage(), me = 'u_me') => new Levels({ shelf: new Shelf(storage), user: () => me })

test('a group calls for all, a public room for mentions, until somebody says otherwise, each user for themselves', () => {
  const storage = new FakeStorage()
  const levels = levelsOf(storage)
  const [open, group] = [room('r_1'), room('g_1', { kind: 'group' })]
  assert.deepEqual([levels.of(open), levels.of(group)], ['mentions', 'all'])
  levels.set('r_1', 'none')
  levels.set('g_1', 'whatever')
  levels.choose({ dnd: true })
  const [again, other] = [levelsOf(storage), levelsOf(storage, 'u_other')]
  assert.deepEqual([again.of(open), again.of(group), again.ways], ['none', 'all', { desktop: false, sound: true, dnd: true }])
  assert.deepEqual([other.of(open), other.ways.dnd], ['mentions', false])
})

test('what another tab chooses holds here', () => {
  const levels = levelsOf()
  let changes = 0
  levels.addEventListener('change', () => changes++)
  for (const key of ['u_me/notices/ways', 'u_me/notices/level/r_1', 'u_other/notices/ways', 'u_me/rooms']) levels.heard(key)
  assert.equal(changes, 2)
})

test('a silent room and one that I am not in add nothing to what waits', () => {
  const levels = levelsOf()
  levels.set('r_2', 'none')
  const waits = { last_seq: 5, read_seq: 2, unread_mentions: 1 }
  const rooms = [room('r_1', waits), room('r_2', waits), room('r_3', { ...waits, joined: false })]
  assert.deepEqual(waitingFor(rooms, levels), { unread: 3, mentions: 1 })
})

/** Locks of one browser, for any number of tabs. */
class FakeLocks {
  #held = new Map()
  #waiting = []

  request(name, { mode, signal }, work) {
    return new Promise((resolve, reject) => {
      const ask = { name, mode, start: () => Promise.resolve(work()).finally(() => this.#release(name)).then(resolve, reject) }
      signal.addEventListener('abort', () => {
        if (this.#waiting.includes(ask)) reject(new DOMException('called off', 'AbortError'))
        this.#waiting = this.#waiting.filter((one) => one !== ask)
      })
      this.#waiting.push(ask)
      this.#grant()
    })
  }

  async query() {
    return { held: [...this.#held.keys()].map((name) => ({ name })) }
  }

  #release(name) {
    if (this.#held.get(name) > 1) this.#held.set(name, this.#held.get(name) - 1)
    else this.#held.delete(name)
    this.#grant()
  }

  #grant() {
    const next = this.#waiting.find(({ name, mode }) => !this.#held.has(name) || mode === 'shared')
    if (!next) return
    this.#waiting = this.#waiting.filter((one) => one !== next)
    this.#held.set(next.name, (this.#held.get(next.name) ?? 0) + 1)
    next.start()
  }
}

function tab({ locks, looking = false, at = 'r_2', left = [] } = {}) {
  const clock = new FakeClock()
  const socket = new FakeSocket()
  const nouns = { messages: new EventTarget(), rooms: new EventTarget(), here: new EventTarget() }
  nouns.rooms.loaded = true
  const standing = { r_1: room('r_1'), g_1: room('g_1', { kind: 'group' }), r_2: room('r_2') }
  nouns.messages.timeline = () => ({ find: (id) => (id === 'm_mine' ? message(1, { user_id: 'u_me' }) : undefined) })
  nouns.rooms.get = (room_id) => standing[room_id]
  Object.assign(nouns.here, { room_id: at, open: (...where) => (nouns.here.opened = where) })
  const calls = []
  const desk = { looking: () => looking, standing: async () => left, sound: (kind) => calls.push(kind), call: (call) => (calls.push(call), { close: () => calls.push('closed') }) }
  const levels = levelsOf()
  levels.choose({ desktop: true })
  const presence = { nameOf: () => 'Ada' }
  const absence = new EventTarget()
  const alerts = new Alerts({ ...nouns, absence, socket, clock, levels, presence, session: { user: user('u_me') }, locks, desk })
  alerts.look()
  socket.become('live')
  const say = async (room_id, more = {}) => {
    nouns.messages.dispatchEvent(new CustomEvent('said', { detail: { room_id, msg: message(5, more) } }))
    await flush()
  }
  const read = (room_id, read_seq) => {
    standing[room_id] = { ...standing[room_id], read_seq }
    nouns.rooms.dispatchEvent(new CustomEvent('change'))
  }
  const back = async (missed) => {
    absence.dispatchEvent(new CustomEvent('back', { detail: { missed } }))
    await flush()
  }
  const lines = () => calls.filter((call) => call.title)
  return { say, back, calls, lines, clock, socket, levels, read, standing, here: nouns.here, alerts }
}

test('mentions, answers to me and what is said in groups call; my own words and the rest do not', async () => {
  const { say, calls, lines, clock } = tab({ locks: new FakeLocks() })
  await flush()
  await say('r_1')
  await say('g_1', { user_id: 'u_me' })
  await say('nowhere', { mentions: ['u_me'] })
  assert.deepEqual(calls, [])
  await say('r_1', { mentions: ['u_me'], text: 'a ||secret|| for @me' })
  assert.deepEqual([calls[0], lines()[0].title, lines()[0].body, lines()[0].tag], ['mention', 'Ada in r_1', 'a (hidden) for @me', 'r_1'])
  await clock.pass(2_000)
  await say('g_1')
  await say('r_1', { reply_to_msg_id: 'm_mine' })
  assert.deepEqual([lines().length, calls.filter((call) => typeof call === 'string')], [3, ['mention', 'message']]) // the last is too soon for another sound
})

test('a call opens its message, and goes when that is read, wherever', async () => {
  const { say, calls, lines, here, read } = tab({ locks: new FakeLocks() })
  await flush()
  await say('g_1')
  lines()[0].open()
  assert.deepEqual(here.opened, ['g_1', 5])
  read('g_1', 4)
  assert.ok(!calls.includes('closed'))
  read('g_1', 5)
  assert.ok(calls.includes('closed'))
  await say('g_1')
  assert.equal(lines().length, 1) // read before it was heard
})

test('levels and do not disturb keep it quiet', async () => {
  const { say, calls, levels } = tab({ locks: new FakeLocks() })
  await flush()
  levels.set('g_1', 'none')
  await say('g_1', { mentions: ['u_me'] })
  levels.set('g_1', 'all')
  levels.choose({ dnd: true })
  await say('g_1')
  assert.deepEqual(calls, [])
  levels.choose({ dnd: false, sound: false, desktop: false })
  await say('g_1')
  assert.deepEqual(calls, [])
})

test('one tab calls, none for what any of them shows, and another takes over when it loses its connection', async () => {
  const locks = new FakeLocks()
  const [one, two] = [tab({ locks }), tab({ locks, looking: true, at: 'r_1' })]
  await flush()
  for (const each of [one, two]) await each.say('r_1', { mentions: ['u_me'] })
  assert.deepEqual([one.lines().length, two.lines().length], [0, 0])
  for (const each of [one, two]) await each.say('g_1')
  assert.deepEqual([one.lines().length, two.lines().length], [1, 0])
  one.socket.become('waiting')
  await flush()
  await two.say('g_1')
  assert.deepEqual([one.lines().length, two.lines().length], [1, 1])
})

const called = (seq, more = {}) => message(seq, { mentions: ['u_me'], ...more })
const missing = (room_id, msgs, more = false) => ({ room_id, msgs, more })

test('all that was missed is one call, for mentions and groups, and never for what was read or said by me', async () => {
  const { back, calls, lines, read } = tab({ locks: new FakeLocks() })
  await flush()
  read('r_1', 5)
  await back([missing('r_1', [called(4), called(6), message(7), called(8, { deleted_at: 1 }), called(9), called(10, { user_id: 'u_me' })])])
  assert.deepEqual(calls.map((call) => call.title ?? call), ['mention', '2 mentions in r_1'])
  assert.deepEqual([lines()[0].body, lines()[0].tag, lines()[0].seq], ['Ada: text 9', 'r_1', 9])
  read('r_1', 9)
  assert.ok(calls.includes('closed'))
})

test('what was missed in several rooms stands in one line, and goes when all of it is read', async () => {
  const { back, calls, lines, read, here } = tab({ locks: new FakeLocks() })
  await flush()
  await back([missing('g_1', [message(3), message(4)], true), missing('r_1', [called(2)])])
  assert.deepEqual([lines().length, lines()[0].body, lines()[0].tag], [1, '2+ messages in g_1\n1 mention in r_1', 'away'])
  lines()[0].open()
  assert.deepEqual(here.opened, ['g_1', 4])
  read('g_1', 4)
  assert.ok(!calls.includes('closed'))
  read('r_1', 2)
  assert.ok(calls.includes('closed'))
})

test('one thing missed is called as ever; a room on screen, a silent one and do not disturb keep it quiet', async () => {
  const { back, calls, lines, levels } = tab({ locks: new FakeLocks(), looking: true, at: 'r_1' })
  await flush()
  levels.set('g_1', 'none')
  await back([missing('r_1', [called(2)]), missing('g_1', [called(2)]), missing('r_2', [message(2)])])
  levels.choose({ dnd: true })
  await back([missing('r_2', [called(2)])])
  assert.deepEqual(calls, [])
  levels.choose({ dnd: false })
  await back([missing('r_2', [called(2)])])
  assert.equal(lines()[0].title, 'Ada in r_2')
})

test('a line that an earlier page has left goes when its message is read', async () => {
  const closed = []
  const line = (room_id, seq) => ({ room_id, seq, tag: room_id, close: () => closed.push(room_id) })
  const { read } = tab({ locks: new FakeLocks(), left: [line('g_1', 3), line('r_1', 3)] })
  read('r_1', 3)
  await flush()
  assert.deepEqual(closed, ['r_1'])
  read('g_1', 3)
  assert.deepEqual(closed, ['r_1', 'g_1'])
})

function away(rooms) {
  const socket = new FakeSocket()
  const nouns = { rooms: new EventTarget(), messages: new EventTarget() }
  const timelines = new Map(rooms.map(({ room_id }) => [room_id, new Timeline()]))
  let onServer = {}
  Object.assign(nouns.rooms, { loaded: true, all: () => rooms })
  nouns.messages.timeline = (room_id) => timelines.get(room_id)
  nouns.messages.sync = async (room_id) => timelines.get(room_id).add(onServer[room_id] ?? [])
  const told = []
  const absence = new Absence({ socket, ...nouns })
  absence.addEventListener('back', ({ detail }) => told.push(detail.missed.map(({ room_id, msgs, more }) => [room_id, msgs.map(({ seq }) => seq), more])))
  const load = async (said = {}) => {
    onServer = said
    for (const [room_id, msgs] of Object.entries(said)) rooms.find((one) => one.room_id === room_id).last_seq = msgs.at(-1).seq
    nouns.rooms.dispatchEvent(new Event('change'))
    await flush()
  }
  const live = (room_id, msg) => nouns.messages.dispatchEvent(new CustomEvent('said', { detail: { room_id, msg } }))
  return { socket, told, load, live, absence }
}

test('a return tells once what was said meanwhile, without what came live; the first connection tells nothing', async () => {
  const { socket, told, load, live } = away([room('r_1', { last_seq: 2 }), room('r_2', { last_seq: 1 })])
  socket.become('live')
  await load({ r_1: [message(1), message(2)] })
  assert.deepEqual(told, [])
  socket.become('waiting')
  socket.become('live')
  live('r_1', message(5))
  await load({ r_1: [1, 2, 3, 4, 5].map((seq) => message(seq)) })
  await load()
  assert.deepEqual(told, [[['r_1', [3, 4], false]]])
})

test('a return that is cut short is told with the next, and one who is signed out is told nothing', async () => {
  const { socket, told, load, absence } = away([room('r_1', { last_seq: 2 })])
  socket.become('live')
  socket.become('waiting')
  socket.become('live')
  const loading = load({ r_1: [message(40)] })
  socket.become('waiting')
  await loading
  assert.deepEqual(told, [])
  socket.become('live')
  await load()
  assert.deepEqual(told, [[['r_1', [40], true]]])
  socket.become('waiting')
  absence.reset()
  socket.become('live')
  await load({ r_1: [message(40), message(41)] })
  assert.equal(told.length, 1)
})

test('a count says that there may be more, and one is one', () => {
  const words = (count, more) => inWords({ name: 'general', why: 'mention', count, more })
  assert.deepEqual([words(1, false), words(3, false), words(1, true)], ['1 mention in general', '3 mentions in general', '1+ mentions in general'])
})

test('a pressed notice of the worker leads to its message, whatever it carries', () => {
  const worker = new EventTarget()
  const shell = new Shell({ worker, url: () => '/sw.js' })
  const led = []
  shell.addEventListener('open', ({ detail }) => led.push([detail.room_id, detail.seq]))
  for (const data of [{ kind: 'open', room_id: 'r_1', seq: 3 }, { kind: 'open', room_id: 7, seq: -1 }, { kind: 'else' }, null]) {
    worker.dispatchEvent(new MessageEvent('message', { data }))
  }
  assert.deepEqual(led, [['r_1', 3]])
})

test('without locks each connected tab speaks for itself', async () => {
  const { say, lines, socket } = tab({})
  await say('g_1')
  socket.become('waiting')
  await say('g_1')
  assert.equal(lines().length, 1)
})

const hits = (from, count) => Array.from({ length: count }, (_, i) => ({ msg_id: `m_${from - i}`, seq: from - i, room_id: 'r_1' }))

test('one room gives page after page, and what failed is asked again from the same place', async () => {
  const socket = new FakeSocket()
  socket.become('live')
  const search = new Search({ socket })
  const pages = [hits(100, 25), hits(75, 5)]
  socket.answers.set('search.query', () => ({ hits: pages.shift() }))
  await search.look('x', 'r_1')
  assert.deepEqual([search.hits.length, search.more], [25, true])
  const answer = socket.answers.get('search.query')
  socket.answers.set('search.query', refuse('UNAVAILABLE'))
  await search.next()
  assert.deepEqual([search.hits.length, search.problem, search.more], [25, 'UNAVAILABLE', true])
  socket.answers.set('search.query', answer)
  await search.next()
  assert.deepEqual([search.hits.length, search.more, search.problem], [30, false, ''])
  assert.deepEqual(socket.asked.map(({ body }) => body.before_seq), [undefined, 76, 76])
})

test('all rooms give their newest, at most fifty, and no place to go on from', async () => {
  const socket = new FakeSocket()
  socket.become('live')
  const search = new Search({ socket })
  socket.answers.set('search.query', ({ limit }) => ({ hits: hits(100, limit) }))
  await search.look('x')
  await search.next()
  assert.deepEqual([search.hits.length, search.more, search.full], [50, false, true])
  assert.deepEqual(socket.asked.map(({ body }) => [body.limit, body.before_seq]), [[25, undefined], [50, undefined]])
})

const key = (name, held = {}) => ({ key: name, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held })

test('each key does one thing, and a question mark only where nobody writes', () => {
  assert.equal(deedOf(key('k', { ctrlKey: true }), true), 'palette')
  assert.equal(deedOf(key('K', { metaKey: true }), false), 'palette')
  assert.equal(deedOf(key('F', { ctrlKey: true, shiftKey: true }), true), 'search')
  assert.equal(deedOf(key('ArrowUp', { altKey: true }), true), 'room up')
  assert.equal(deedOf(key('?', { shiftKey: true }), false), 'sheet')
  assert.equal(deedOf(key('?', { shiftKey: true }), true), undefined)
  for (const pressed of [key('k'), key('ArrowUp'), key('Enter'), key('constructor')]) assert.equal(deedOf(pressed, false), undefined)
  const keys = SHORTCUTS.flatMap((one) => (one.key ? [one.key] : []))
  assert.equal(new Set(keys).size, keys.length)
})

test('rooms go round, those with something new too, and nowhere when there is none', () => {
  const rooms = [room('r_1'), room('r_2', { last_seq: 3 }), room('r_3'), room('r_4', { joined: false, last_seq: 3 })]
  assert.deepEqual([nextRoom(rooms, 'r_3', 1), nextRoom(rooms, 'r_1', -1), nextRoom(rooms, '', 1), nextRoom(rooms, '', -1)], ['r_1', 'r_3', 'r_1', 'r_3'])
  assert.deepEqual([nextRoom(rooms, 'r_3', 1, true), nextRoom(rooms, 'r_2', 1, true), nextRoom([], '', 1)], ['r_2', '', ''])
})

const KNOWN = {
  rooms: [room('r_1', { name: 'general' }), room('r_2', { name: 'games', last_seq: 2 }), room('r_3', { name: 'gardening', joined: false })],
  people: [{ user_id: 'u_1', handle: 'gabi', display_name: 'Gabriele', online: true }],
  commands: [{ name: 'topic', takes: 'text', does: 'Change the topic' }],
  here: 'r_1',
}
const names = (words) => ways(words, KNOWN).map(({ name }) => name)

test('the palette has my rooms first, the unread ones before, and each kind by its sign', () => {
  assert.deepEqual(names(''), ['games', 'gardening'])
  assert.deepEqual(names('ga'), ['games', 'Gabriele', 'gardening', 'general'])
  assert.deepEqual(names('@'), ['Gabriele'])
  assert.deepEqual(names('/to'), ['topic'])
  assert.deepEqual(names('#gen'), ['general', 'gardening'])
  assert.deepEqual(names('nowhere at all'), [])
})

test('letters may be left out, in order', () => {
  assert.deepEqual([likeness('general', 'general'), likeness('general', 'gen'), likeness('the general', 'gen'), likeness('general', 'era'), likeness('general', 'gnl')], [0, 1, 2, 3, 4])
  assert.equal(likeness('general', 'lag'), 5)
})
