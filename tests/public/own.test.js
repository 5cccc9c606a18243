/** My name, my state, my devices; invites; what admins see; the first three steps. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Accounts } from '../../public/js/accounts.js'
import { Cache } from '../../public/js/cache.js'
import { Devices } from '../../public/js/devices.js'
import { FirstSteps } from '../../public/js/first-steps.js'
import { Invites, linkOf } from '../../public/js/invites.js'
import { Presence } from '../../public/js/presence.js'
import { Qr } from '../../public/js/qr.js'
import { Session } from '../../public/js/session.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeClock, FakeSocket, FakeStorage, flush, refuse, user } from './fakes.js'

const present = (user_id, more = {}) => ({ ...user(user_id), online: true, status: 'online', rooms: [], text: '', ...more })

function signedIn() {
  const socket = new FakeSocket()
  const cache = new Cache(new Shelf(new FakeStorage()))
  const session = new Session({ socket, cache, fetch: async () => ({ ok: true }) })
  socket.tell('hello', { session: { authenticated: true, user: user('u_me') }, epoch: 'e1' })
  socket.become('live')
  return { socket, cache, session }
}

test('my name is what the server made of it, and outlives the page', async () => {
  const { socket, cache, session } = signedIn()
  socket.answers.set('auth.profile_set', ({ display_name }) => ({ user: { ...user('u_me'), display_name: display_name.trim() } }))
  await session.rename(' Ada L. ')
  assert.deepEqual([session.user.display_name, cache.user.display_name], ['Ada L.', 'Ada L.'])
  socket.answers.set('auth.profile_set', refuse('BAD_REQUEST'))
  await assert.rejects(session.rename(''), { code: 'BAD_REQUEST' })
  assert.equal(session.user.display_name, 'Ada L.')
})

test('a new name from another device of mine is mine here too; that of others is not', () => {
  const { socket, session } = signedIn()
  const tell = (user_id, meta) => socket.tell('presence.event', { kind: 'status', user_id, meta })
  tell('u_other', { display_name: 'Eve' })
  tell('u_me', { status: 'busy' })
  tell('u_me', undefined)
  assert.equal(session.user.display_name, 'u_me')
  tell('u_me', { display_name: 'Ada' })
  assert.equal(session.user.display_name, 'Ada')
})

test('how I am is seen at once, by me too', async () => {
  const socket = new FakeSocket()
  const presence = new Presence({ socket, clock: new FakeClock() })
  socket.answers.set('presence.subscribe', () => ({ users: [present('u_me', { text: 'before' })] }))
  socket.answers.set('presence.set', (meta) => ({ kind: 'status', user_id: 'u_me', meta }))
  socket.become('live')
  await flush()
  await presence.set('away')
  const { status, text, online } = presence.get('u_me')
  assert.deepEqual([status, text, online, presence.loaded, presence.all().length], ['away', '', true, true, 1])
  socket.become('waiting')
  assert.equal(presence.loaded, false)
})

test('my sessions: this one first, and one that is revoked is gone', async () => {
  const socket = new FakeSocket()
  const devices = new Devices({ socket })
  let sessions = [1, 3, 2].map((age) => ({ session_id: `s_${age}`, created_at: 0, last_seen_at: age, platform: 'x', current: age === 1 }))
  socket.answers.set('auth.sessions', () => ({ sessions }))
  socket.answers.set('auth.session_revoke', ({ session_id }) => ((sessions = sessions.filter((one) => one.session_id !== session_id)), {}))
  socket.become('live')
  await devices.load()
  assert.deepEqual(devices.all().map((one) => one.session_id), ['s_1', 's_3', 's_2'])
  await devices.revoke('s_3')
  assert.deepEqual(devices.all().map((one) => one.session_id), ['s_1', 's_2'])
})

test('invites are made, listed and revoked for the server and for a room alike', async () => {
  const socket = new FakeSocket()
  const invites = new Invites({ socket })
  for (const word of ['admin', 'room']) {
    socket.answers.set(`${word}.invite_create`, () => ({ invite_token: 'a/b', invite_id: 'inv_1', expires_at: 9, max_uses: 1 }))
    socket.answers.set(`${word}.invites`, () => ({ invites: [{ invite_id: `inv_${word}` }] }))
    socket.answers.set(`${word}.invite_revoke`, () => ({}))
  }
  socket.become('live')
  assert.deepEqual(await invites.make(''), { kind: 'invite', token: 'a/b', expires_at: 9, max_uses: 1 })
  assert.equal((await invites.make('g_1', { max_uses: 5 })).kind, 'room-invite')
  await invites.load('')
  await invites.revoke('g_1', 'inv_1')
  assert.deepEqual([invites.of(''), invites.of('g_1'), invites.of('__proto__')], [[{ invite_id: 'inv_admin' }], [{ invite_id: 'inv_room' }], []])
  assert.deepEqual(socket.asked.map(({ t, body }) => [t, body]), [
    ['admin.invite_create', {}], ['room.invite_create', { room_id: 'g_1', max_uses: 5 }], ['admin.invites', {}],
    ['room.invite_revoke', { room_id: 'g_1', invite_id: 'inv_1' }], ['room.invites', { room_id: 'g_1' }],
  ])
  assert.equal(linkOf('http://h:1/', 'room-invite', 'a/b'), 'http://h:1/#room-invite=a%2Fb')
})

test('an invite that is made stays made when the list cannot be read', async () => {
  const socket = new FakeSocket()
  const invites = new Invites({ socket })
  socket.become('live')
  socket.answers.set('admin.invites', () => ({ invites: [] }))
  await invites.load('')
  socket.answers.set('admin.invites', refuse('UNAVAILABLE'))
  socket.answers.set('admin.invite_create', () => ({ invite_token: 't', expires_at: 9, max_uses: 1 }))
  assert.equal((await invites.make('')).token, 't')
  await flush()
})

test('an account that is changed changes in the list', async () => {
  const socket = new FakeSocket()
  const accounts = new Accounts({ socket })
  socket.answers.set('admin.users', () => ({ users: [user('u_1'), user('u_2')] }))
  socket.answers.set('admin.user_update', ({ user_id, banned }) => ({ user: { ...user(user_id), banned } }))
  socket.become('live')
  await accounts.load()
  await accounts.update('u_2', { banned: true })
  assert.deepEqual(accounts.all().map((one) => Boolean(one.banned)), [false, true])
})

test('a bot is made with a token that is told once, and the list follows it', async () => {
  const socket = new FakeSocket()
  const accounts = new Accounts({ socket })
  let token_expires_at = null
  const made = ({ ttl_ms }) => ((token_expires_at = ttl_ms), { user: user('u_bot'), session_token: 't', expires_at: ttl_ms })
  socket.answers.set('admin.users', () => ({ users: [{ ...user('u_bot'), bot: true, token_expires_at }] }))
  socket.answers.set('admin.bot_create', made)
  socket.answers.set('admin.bot_token', made)
  socket.answers.set('admin.bot_revoke', ({ user_id }) => ((token_expires_at = null), { user_id }))
  socket.become('live')
  assert.equal((await accounts.makeBot('helper', 30)).session_token, 't')
  await flush()
  assert.equal(accounts.all()[0].token_expires_at, 30)
  await accounts.renewToken('u_bot', 90)
  await flush()
  assert.equal(accounts.all()[0].token_expires_at, 90)
  await accounts.revokeToken('u_bot')
  assert.equal(accounts.all()[0].token_expires_at, null)
  const said = socket.asked.filter(({ t }) => t !== 'admin.users').map(({ body }) => body)
  assert.deepEqual(said, [{ handle: 'helper', ttl_ms: 30 }, { user_id: 'u_bot', ttl_ms: 90 }, { user_id: 'u_bot' }])
  assert.equal(JSON.stringify(accounts.all()).includes('session_token'), false)
})

test('a token that was made is shown even when the list does not answer, and a refusal is the asker\'s', async () => {
  const socket = new FakeSocket()
  const accounts = new Accounts({ socket })
  socket.answers.set('admin.users', refuse('UNAVAILABLE'))
  socket.answers.set('admin.bot_create', () => ({ user: user('u_bot'), session_token: 't', expires_at: 9 }))
  socket.become('live')
  assert.equal((await accounts.makeBot('helper', 30)).session_token, 't')
  await flush()
  socket.answers.set('admin.bot_token', refuse('CONFLICT'))
  await assert.rejects(accounts.renewToken('u_bot', 30), { code: 'CONFLICT' })
})

test('a QR code is drawn by the server, or refused in words', async () => {
  const drawn = new Blob(['<svg/>'])
  const asked = []
  const qr = new Qr({ fetch: async (url, options) => (asked.push([url, options.method, options.body]), { ok: true, blob: async () => drawn }) })
  assert.equal(await qr.draw('http://x'), drawn)
  assert.deepEqual(asked, [['/qr', 'POST', '{"text":"http://x"}']])
  const late = { ok: false, json: async () => ({ code: 'RATE_LIMITED', message: 'slowly' }) }
  await assert.rejects(new Qr({ fetch: async () => late }).draw('x'), { code: 'RATE_LIMITED' })
  await assert.rejects(new Qr({ fetch: () => Promise.reject(new TypeError('net')) }).draw('x'), { code: 'OFFLINE' })
  await assert.rejects(new Qr({ fetch: async () => ({ ok: false, json: () => Promise.reject(new SyntaxError()) }) }).draw('x'), { code: 'INTERNAL' })
})

function beginning({ isAdmin = true, people = ['u_me'], bots = [], storage = new FakeStorage() } = {}) {
  const session = Object.assign(new EventTarget(), { user: user('u_me'), isAdmin })
  const rooms = Object.assign(new EventTarget(), { loaded: true, joined: [], all: () => rooms.joined })
  const presence = Object.assign(new EventTarget(), { loaded: true, all: () => people.map((user_id) => present(user_id, { bot: bots.includes(user_id) })) })
  return { steps: new FirstSteps({ shelf: new Shelf(storage), session, rooms, presence }), rooms, presence, storage, people }
}

test('an admin alone is led from a name to a room to an invite, and then left in peace', () => {
  const { steps, rooms, storage } = beginning()
  assert.equal(steps.way.step, 'name')
  steps.did('name')
  assert.equal(steps.way.step, 'room')
  rooms.joined = [{ joined: true }]
  assert.deepEqual([steps.way.step, [...steps.way.done]], ['invite', ['name', 'room']])
  steps.did('invite')
  assert.equal(steps.way, null)
  assert.equal(beginning({ storage }).steps.way?.step, 'room') // another page of the same browser, without that room
})

test('nobody else is led, nor an admin who wants it not, has company, or is offline', () => {
  assert.equal(beginning({ isAdmin: false }).steps.way, null)
  assert.equal(beginning({ people: ['u_me', 'u_2'] }).steps.way, null)
  assert.equal(beginning({ people: ['u_me', 'u_hubot'], bots: ['u_hubot'] }).steps.way?.step, 'name')
  const { steps, presence } = beginning()
  presence.loaded = false
  assert.equal(steps.way, null)
  presence.loaded = true
  steps.did('over')
  assert.equal(steps.way, null)
})
