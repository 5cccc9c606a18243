import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import test from 'node:test'
import { troubleWith } from '../../integrations/hubot/src/trouble.mjs'

const failing = (code, message) => async () => {
  throw Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error(message), { code }) })
}

test('a certificate that is not trusted is said, and what to do', async () => {
  const said = await troubleWith('wss://x/ws', failing('UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'unable to verify; try this'))
  assert.match(said, /not trusted: unable to verify: .*NODE_EXTRA_CA_CERTS/)
})

test('what else keeps it from connecting is said as the system says it', async () => {
  assert.equal(await troubleWith('ws://x/ws', failing('ECONNREFUSED', 'connect ECONNREFUSED ::1:1')), 'connect ECONNREFUSED ::1:1')
})

test('a server that is there and lets no socket in is told apart', async () => {
  const server = createServer((_, answer) => answer.writeHead(403).end())
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address())
  assert.match(await troubleWith(`ws://127.0.0.1:${port}/ws`), /answers there \(403\)/)
  server.closeAllConnections()
  server.close()
})
