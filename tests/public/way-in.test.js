/** Where a guest is sent: an address that opens on their device. */

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isHereOnly, WayIn } from '../../public/js/way-in.js'

const JOIN = 'http://192.168.1.5:8080/join'

/**
 * @param {string} origin
 * @param {unknown} told
 * @param {string} [kind]
 */
const found = (origin, told, kind = 'invite') => new WayIn({ origin, fetch: async () => /** @type {Response} */ ({ json: async () => told }) }).find(kind)

test('from the server\u2019s own machine guests are sent to where the network reaches it', async () => {
  for (const origin of ['http://localhost:8080', 'http://127.0.0.1:8080', 'http://[::1]:8080'])
    assert.equal(await found(origin, { join: JOIN, has_authority: false }), JOIN)
})

test('while devices have to learn to trust the server, guests begin where they learn it', async () => {
  assert.equal(await found('https://devchitchat.local:8443', { join: JOIN, has_authority: true }), JOIN)
})

test('what signs in as oneself goes by HTTPS alone, by name where there is one', async () => {
  const told = { join: JOIN, host: 'devchitchat.local', https_port: 8443, has_authority: true }
  assert.equal(await found('http://localhost:8080', told, 'link'), 'https://devchitchat.local:8443/')
  assert.equal(await found('http://localhost:8080', { ...told, host: '' }, 'link'), 'https://192.168.1.5:8443/')
  assert.equal(await found('https://192.168.1.5:8443', told, 'link'), 'https://192.168.1.5:8443/')
  assert.equal(await found('http://localhost:8080', { ...told, https_port: null, has_authority: false }, 'link'), JOIN, 'without TLS there is no other way')
})

test('where every browser trusts the server, the address that is open works for others too', async () => {
  assert.equal(await found('https://chat.example.org', { join: JOIN, has_authority: false }), 'https://chat.example.org/')
})

test('a server that says nothing, or nothing of use, leaves the page\u2019s own address', async () => {
  for (const told of [{}, { join: '', has_authority: true }, { join: 7, has_authority: true }, null])
    assert.equal(await found('http://localhost:8080', told), 'http://localhost:8080/')
  const away = new WayIn({ origin: 'https://h:1', fetch: () => Promise.reject(new TypeError('offline')) })
  assert.equal(await away.find('invite'), 'https://h:1/')
})

test('an address of one machine alone is known as such', () => {
  assert.deepEqual(['http://localhost:1/', 'http://127.0.0.1/', 'http://[::1]:8/'].map(isHereOnly), [true, true, true])
  assert.deepEqual(['http://127.evil.example/', 'https://devchitchat.local/'].map(isHereOnly), [false, false])
})
