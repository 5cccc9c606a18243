import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Cache } from '../../public/js/cache.js'
import { Session } from '../../public/js/session.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeSocket, FakeStorage, user } from './fakes.js'

const ack = (who, epoch = 'e1') => ({ session: { authenticated: Boolean(who), user: who }, epoch })

function scene({ answer = { ok: true }, storage = new FakeStorage() } = {}) {
  const socket = new FakeSocket()
  const cache = new Cache(new Shelf(storage))
  const calls = []
  const fetch = (...call) => (calls.push(call), answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer))
  const session = new Session({ socket, cache, fetch })
  const told = []
  for (const type of ['fresh', 'gone']) session.addEventListener(type, () => told.push(type))
  return { socket, cache, session, calls, told, storage }
}

test('who one is comes with hello', () => {
  const { socket, session, told } = scene()
  assert.deepEqual([session.standing, session.user], ['unknown', null])
  socket.tell('hello', ack(user('u_1', { roles: ['admin'] })))
  assert.deepEqual([session.standing, session.user.user_id, session.isAdmin, told], ['member', 'u_1', true, ['fresh']])
})

test('the user of last time is there before the server has spoken, and their copies stay good', () => {
  const first = scene()
  first.socket.tell('hello', ack(user('u_1')))
  const next = scene({ storage: first.storage })
  assert.deepEqual([next.session.standing, next.session.user.user_id], ['unknown', 'u_1'])
  next.socket.tell('hello', ack(user('u_1')))
  assert.deepEqual(next.told, [])
  next.socket.tell('hello', ack(user('u_1'), 'e2'))
  assert.deepEqual(next.told, ['fresh'])
})

test('signing in posts the credential and connects; no token is kept anywhere', async () => {
  const { session, socket, calls, storage } = scene()
  await session.signIn({ invite_token: 'SECRET', profile: { handle: 'ada', display_name: 'Ada' } })
  assert.deepEqual([calls[0][0], calls[0][1].method, socket.state.name], ['/session', 'POST', 'connecting'])
  assert.equal(JSON.stringify(storage).includes('SECRET'), false)
})

test('a refused sign-in says why', async () => {
  const { session } = scene({ answer: { ok: false, json: async () => ({ code: 'CONFLICT', message: 'taken' }) } })
  await assert.rejects(session.signIn({ link_token: 'x' }), { code: 'CONFLICT', message: 'taken' })
})

test('a server that cannot be reached, or answers nonsense, is a refusal too', async () => {
  await assert.rejects(scene({ answer: new TypeError('net') }).session.logOut(), { code: 'OFFLINE' })
  const nonsense = { ok: false, json: () => Promise.reject(new SyntaxError('x')) }
  await assert.rejects(scene({ answer: nonsense }).session.logOut(), { code: 'INTERNAL' })
})

for (const [why, standing] of [['signed out', 'guest'], ['guest', 'guest'], ['banned', 'banned']]) {
  test(`whose session ends (${why}) leaves nothing in the browser`, () => {
    const { socket, session, told, cache, storage } = scene()
    socket.tell('hello', ack(user('u_1')))
    cache.keepDraft('r_1', 'a secret')
    socket.end(why)
    assert.deepEqual([session.standing, session.user, told.at(-1), Object.keys(storage)], [standing, null, 'gone', []])
  })
}

test('logging out offline keeps everything', async () => {
  const { socket, session, cache } = scene({ answer: new TypeError('net') })
  socket.tell('hello', ack(user('u_1')))
  cache.keepDraft('r_1', 'half')
  await assert.rejects(session.logOut(), { code: 'OFFLINE' })
  assert.deepEqual([session.user.user_id, cache.draft('r_1')], ['u_1', 'half'])
})
