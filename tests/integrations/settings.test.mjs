import assert from 'node:assert/strict'
import test from 'node:test'
import { Hopeless, settings } from '../../integrations/hubot/src/settings.mjs'

const TOKEN = 'A'.repeat(43)
const env = (more = {}) => ({ HUBOT_DEVCHITCHAT_URL: 'https://chat.local:8443', HUBOT_DEVCHITCHAT_TOKEN: TOKEN, ...more })
const complaint = (more) => {
  try {
    settings(env(more))
  } catch (error) {
    assert.ok(error instanceof Hopeless)
    assert.equal(error.message.split('\n').length, 1)
    return error.message
  }
  return assert.fail('there was no complaint')
}

test('an address and a token are enough, and nothing that was missed is answered', () => {
  assert.deepEqual(settings(env()), { url: 'wss://chat.local:8443/ws', token: TOKEN, rooms: [], invites: [], catchUp: false, open: false })
})

test('the address may be a page or a socket', () => {
  for (const [said, meant] of [
    ['http://127.0.0.1:8080', 'ws://127.0.0.1:8080/ws'],
    ['http://127.0.0.1:8080/', 'ws://127.0.0.1:8080/ws'],
    ['wss://chat.local/ws', 'wss://chat.local/ws'],
  ]) {
    assert.equal(settings(env({ HUBOT_DEVCHITCHAT_URL: said })).url, meant)
  }
})

test('a token that goes over the network in the open is noticed', () => {
  assert.equal(settings(env({ HUBOT_DEVCHITCHAT_URL: 'http://10.0.0.7:8080' })).open, true)
  assert.equal(settings(env({ HUBOT_DEVCHITCHAT_URL: 'http://localhost:8080' })).open, false)
})

test('rooms and invites are named with commas', () => {
  const found = settings(env({ HUBOT_DEVCHITCHAT_ROOMS: ' Hall, r_1 ,,', HUBOT_DEVCHITCHAT_INVITES: 'one,two' }))
  assert.deepEqual([found.rooms, found.invites], [['Hall', 'r_1'], ['one', 'two']])
})

test('what is missing or cut is said in one line that holds no token', () => {
  assert.match(complaint({ HUBOT_DEVCHITCHAT_URL: '' }), /URL is not set/)
  assert.match(complaint({ HUBOT_DEVCHITCHAT_URL: 'chat.local' }), /is no address/)
  assert.match(complaint({ HUBOT_DEVCHITCHAT_TOKEN: ' ' }), /TOKEN is not set/)
  const cut = complaint({ HUBOT_DEVCHITCHAT_TOKEN: TOKEN.slice(1) })
  assert.match(cut, /not a whole token \(it has 42 characters\)/)
  assert.ok(!cut.includes(TOKEN.slice(1)))
  assert.match(complaint({ HUBOT_DEVCHITCHAT_MISSED: 'maybe' }), /say skip or answer/)
})
