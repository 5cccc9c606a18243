/**
 * How the page looks belongs to the device; whether a newer page lies ready is told by the worker.
 */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Shell, workerUrl } from '../../public/js/shell.js'
import { ACCENTS, Theme, wear } from '../../public/js/theme.js'
import { FakeStorage } from './fakes.js'

test('a choice outlives the page, and the next page wears it', () => {
  const storage = new FakeStorage()
  const first = new Theme({ storage })
  first.choose('dark')
  first.paint('blue')
  const dataset = {}
  wear(new Theme({ storage }), dataset)
  assert.deepEqual(dataset, { theme: 'dark', accent: 'blue' })
})

test('as the system is no theme of its own', () => {
  const dataset = { theme: 'dark' }
  wear(new Theme({ storage: null }), dataset)
  assert.deepEqual(dataset, { accent: 'green' })
})

test('what is no theme and no accent is not taken, and not read', () => {
  const storage = new FakeStorage()
  storage.setItem('dcc-look', '{"theme":"__proto__","accent":["x"]}')
  const theme = new Theme({ storage })
  theme.choose('constructor')
  theme.paint('url(x)')
  assert.deepEqual([theme.theme, theme.accent], ['system', 'green'])
})

test('a damaged or full storage changes nothing about the choice', () => {
  const storage = new FakeStorage(0)
  const theme = new Theme({ storage })
  theme.paint(ACCENTS[2])
  assert.equal(theme.accent, ACCENTS[2])
})

test('another tab changes this one', () => {
  const storage = new FakeStorage()
  const [one, other] = [new Theme({ storage }), new Theme({ storage })]
  let told = 0
  other.addEventListener('change', () => told++)
  one.choose('light')
  other.heard()
  assert.deepEqual([other.theme, told], ['light', 1])
})

test('the worker is registered, and a newer page is offered until it is put off', async () => {
  const worker = Object.assign(new EventTarget(), { asked: [], register: async (url) => void worker.asked.push(url) })
  const shell = new Shell({ worker, url: () => '/sw.js' })
  await shell.start()
  assert.deepEqual(worker.asked, ['/sw.js'])
  worker.dispatchEvent(new MessageEvent('message', { data: { kind: 'else' } }))
  assert.equal(shell.renewed, false)
  worker.dispatchEvent(new MessageEvent('message', { data: { kind: 'renewed' } }))
  assert.equal(shell.renewed, true)
  shell.later()
  assert.equal(shell.renewed, false)
})

test('without a worker, or with one that is forbidden, the page lives on', async () => {
  await new Shell({ worker: undefined, url: () => '/sw.js' }).start()
  const worker = Object.assign(new EventTarget(), { register: async () => Promise.reject(new Error('no')) })
  await new Shell({ worker, url: () => '/sw.js' }).start()
})

test('the one policy says nothing but the address of the worker', () => {
  const made = []
  const trustedTypes = { createPolicy: (name, rules) => (made.push(name, Object.keys(rules)), rules) }
  assert.equal(workerUrl(trustedTypes), '/sw.js')
  assert.deepEqual(made, ['shell', ['createScriptURL']])
  assert.equal(workerUrl(undefined), '/sw.js')
})
