/** A call that begins: whom it calls, how, and when it calls no more. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Levels } from '../../public/js/levels.js'
import { Ringing } from '../../public/js/ringing.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeStorage, flush, room, user } from './fakes.js'

class Rooms extends EventTarget {
  loaded = false
  list = []

  all = () => this.list
  mine = (room_id) => this.list.some((one) => one.room_id === room_id && one.joined)

  become(...list) {
    this.list = list
    this.loaded = true
    this.dispatchEvent(new CustomEvent('change'))
    return flush()
  }
}

function scene({ mayCall = async () => true } = {}) {
  const levels = new Levels({ shelf: new Shelf(new FakeStorage()), user: () => 'u_me' })
  levels.choose({ desktop: true })
  const [sounds, lines, opened] = [[], [], []]
  const desk = {
    sound: (kind) => sounds.push(kind),
    call: (given) => {
      const line = { ...given, closed: false, close: () => (line.closed = true) }
      lines.push(line)
      return line
    },
  }
  const rooms = new Rooms()
  const session = Object.assign(new EventTarget(), { user: user('u_me') })
  new Ringing({ rooms, session, levels, desk, alerts: { mayCall }, presence: { nameOf: (id) => id }, here: { open: (room_id) => opened.push(room_id) } })
  return { rooms, levels, session, sounds, lines, opened }
}

const group = (...ids) => room('g_1', { kind: 'group', call_id: ids.length ? 'call_1' : null, call_user_ids: ids })

test('a call that begins in a group calls once, by a sound and a line that leads there', async () => {
  const { rooms, sounds, lines, opened } = scene()
  await rooms.become(group())
  await rooms.become({ ...group(), call_id: 'call_1' })
  assert.deepEqual(sounds, []) // nobody is told to be there yet
  await rooms.become(group('u_1'))
  await rooms.become(group('u_1', 'u_2'))
  assert.deepEqual([sounds, lines.map(({ title }) => title)], [['call'], ['u_1 started a call in g_1']])
  lines[0].open()
  assert.deepEqual(opened, ['g_1'])
})

test('what runs when I come in, what I began, a public room and one I am not in ring not', async () => {
  const { rooms, sounds } = scene()
  await rooms.become(group('u_1'), room('r_1'), room('r_2', { joined: false }))
  await rooms.become(group('u_1'), room('r_1', { call_id: 'call_2', call_user_ids: ['u_1'] }), room('r_2', { joined: false, call_id: 'call_3', call_user_ids: ['u_1'] }))
  await rooms.become(group(), room('r_1'))
  await rooms.become({ ...group('u_me'), call_id: 'call_4' }, room('r_1'))
  assert.deepEqual(sounds, [])
})

test('a public room rings where I want all of it; do not disturb and another tab keep it quiet', async () => {
  const call = room('r_1', { call_id: 'call_1', call_user_ids: ['u_1'] })
  const heard = async (choose, given) => {
    const { rooms, levels, sounds } = scene(given)
    levels.set('r_1', 'all')
    choose(levels)
    await rooms.become(room('r_1'))
    await rooms.become(call)
    return sounds.length
  }
  assert.equal(await heard(() => {}), 1)
  assert.equal(await heard((levels) => levels.choose({ dnd: true })), 0)
  assert.equal(await heard((levels) => levels.choose({ sound: false })), 0)
  assert.equal(await heard(() => {}, { mayCall: async () => false }), 0)
})

test('the line goes when I join, when the call is over and when I am signed out; the next call rings again', async () => {
  const { rooms, session, lines } = scene()
  await rooms.become(group())
  await rooms.become(group('u_1'))
  await rooms.become(group('u_1', 'u_me'))
  assert.ok(lines[0].closed)
  await rooms.become(group())
  await rooms.become({ ...group('u_2'), call_id: 'call_2' })
  await rooms.become(group())
  await rooms.become({ ...group('u_2'), call_id: 'call_3' })
  assert.deepEqual(lines.map(({ closed }) => closed), [true, true, false])
  session.dispatchEvent(new CustomEvent('gone'))
  assert.ok(lines[2].closed)
})
