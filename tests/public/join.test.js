/** The page for guests: which device it is, what to do there, where it leads, and when the server is trusted. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { chat, hasInvite, secured, stageOf, timeOf } from '../../public/js/join/place.js'
import { Probe } from '../../public/js/join/probe.js'
import { piecesOf, wayOn } from '../../public/js/join/steps.js'
import { BROWSERS, browserOf, browsersOn, SYSTEMS, systemOf } from '../../public/js/join/systems.js'
import { FakeClock, flush } from './fakes.js'

const WEBKIT = 'AppleWebKit/605.1.15 (KHTML, like Gecko)'
const BLINK = 'AppleWebKit/537.36 (KHTML, like Gecko)'
const MAC = `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.1 Safari/605.1.15`
const AGENTS = [
  [`Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} Version/18.1 Mobile/15E148 Safari/604.1`, 'ios', 'safari'],
  [`Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} CriOS/131.0.6778.73 Mobile/15E148 Safari/604.1`, 'ios', 'chrome'],
  [`Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} FxiOS/132.0 Mobile/15E148 Safari/605.1.15`, 'ios', 'firefox'],
  [`Mozilla/5.0 (Linux; Android 10; K) ${BLINK} Chrome/131.0.0.0 Mobile Safari/537.36`, 'android', 'chrome'],
  [`Mozilla/5.0 (Linux; Android 14; SM-S918B) ${BLINK} SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36`, 'android', 'chrome'],
  ['Mozilla/5.0 (Android 14; Mobile; rv:132.0) Gecko/132.0 Firefox/132.0', 'android', 'firefox'],
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${BLINK} Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0`, 'windows', 'chrome'],
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0', 'windows', 'firefox'],
  [MAC, 'macos', 'safari'],
  [`Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${BLINK} Chrome/131.0.0.0 Safari/537.36`, 'macos', 'chrome'],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:132.0) Gecko/20100101 Firefox/132.0', 'macos', 'firefox'],
  [`Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Chrome/131.0.0.0 Safari/537.36`, 'linux', 'chrome'],
  ['Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0', 'linux', 'firefox'],
  [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${BLINK} Chrome/131.0.0.0 Safari/537.36`, 'linux', 'chrome'],
  ['', 'linux', 'chrome'],
]

test('the system and the browser are guessed from what the browser says', () => {
  for (const [userAgent, system, browser] of AGENTS) {
    assert.deepEqual([systemOf({ userAgent }), browserOf({ userAgent })], [system, browser], userAgent)
  }
})

test('an iPad that says it is a Mac is an iPad, and a Mac is a Mac', () => {
  assert.deepEqual([systemOf({ userAgent: MAC, maxTouchPoints: 5 }), systemOf({ userAgent: MAC, maxTouchPoints: 0 })], ['ios', 'macos'])
})

test('what the browser says of its platform counts more than its User-Agent, unless nobody knows it', () => {
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64) ${BLINK} Chrome/131.0.0.0 Safari/537.36` // the desktop page on a phone
  assert.equal(systemOf({ userAgent, userAgentData: { platform: 'Android' } }), 'android')
  for (const platform of ['', 'Unknown', 'constructor']) assert.equal(systemOf({ userAgent, userAgentData: { platform } }), 'linux', platform)
})

const all = Object.keys(SYSTEMS).flatMap((system) => browsersOn(system).map((browser) => ({ system, browser, ...wayOn(system, browser) })))

test('every system and browser that can be picked has its steps, and every browser can be picked somewhere', () => {
  assert.equal(all.length, 12)
  assert.deepEqual(new Set(all.map(({ browser }) => browser)), new Set(Object.keys(BROWSERS)))
  for (const { system, browser, steps, note } of all) assert.ok(steps.length >= 4 && note, `${system} ${browser}`)
})

const textOf = (system, browser) => wayOn(system, browser).steps.join(' ')

test('an iPhone gets a profile, which Safari alone installs and which is to be trusted besides; all others get the certificate', () => {
  for (const { system, browser, file, first } of all) {
    assert.equal(file.href, system === 'ios' ? '/authority.mobileconfig' : '/authority.crt')
    assert.equal(first.includes('Safari'), system === 'ios' && browser !== 'safari', `${system} ${browser}`)
  }
  assert.match(textOf('ios', 'safari'), /VPN & Device Management.*Certificate Trust Settings/)
})

test('Firefox, which has a store of its own, is told more than the others', () => {
  for (const system of ['windows', 'macos']) assert.match(textOf(system, 'firefox'), /automatically trust third-party root certificates/)
  assert.match(textOf('android', 'firefox'), /Use third party CA certificates/)
  assert.match(textOf('linux', 'firefox'), /about:preferences#privacy.*Trust this CA/)
  for (const { browser, steps } of all) if (browser !== 'firefox') assert.doesNotMatch(steps.join(' '), /Firefox/)
})

test('what stands on the screen and what is to be copied is told from the rest', () => {
  assert.deepEqual(piecesOf('Open `a:b`, then *Go on*.'), [
    { text: 'Open ', as: '' }, { text: 'a:b', as: 'code' }, { text: ', then ', as: '' }, { text: 'Go on', as: 'strong' }, { text: '.', as: '' },
  ])
  for (const { steps } of all) for (const step of steps) for (const { text } of piecesOf(step)) assert.doesNotMatch(text, /[*`]/)
})

const WAY = { name: 'attic', host: 'attic.local', https_port: 8443, fingerprint: '', has_authority: true, whole: true }

test('a page that is not secure leads to HTTPS first, if there is any', () => {
  assert.deepEqual([stageOf(true, WAY), stageOf(false, WAY), stageOf(false, { ...WAY, https_port: null })], ['checks', 'trust', 'plain'])
  assert.equal(stageOf(true, { ...WAY, whole: false }), 'trust', 'on localhost too, where the chat itself is not')
})

test('the invite stays in the fragment all the way, and the name by which one came stays too', () => {
  const place = { protocol: 'http:', hostname: '192.168.1.5', hash: '#invite=a-B_9' }
  assert.equal(secured(place.hostname, 8443, `/join${place.hash}`), 'https://192.168.1.5:8443/join#invite=a-B_9')
  assert.equal(chat(place), '/#invite=a-B_9')
  assert.equal(chat({ ...place, hash: '' }), '/')
  assert.equal(secured('[fd00::2]', 8443, '/reachable'), 'https://[fd00::2]:8443/reachable')
  assert.deepEqual(['#invite=x', '#invite=', '', '#room=r_1'].map((hash) => hasInvite({ ...place, hash })), [true, false, false, false])
})

test('a clock may be before or after the time for which the certificate is made, and without one is always in it', () => {
  const made = { ...WAY, valid_from: 1_000, valid_until: 2_000 }
  assert.deepEqual([999, 1_000, 2_000, 2_001].map((now) => timeOf(made, now)), ['early', null, null, 'over'])
  assert.equal(timeOf({ ...WAY, valid_from: null, valid_until: null }, 0), null)
})

const URL_ = 'https://host:8443/reachable'
const failed = (name) => Promise.reject(Object.assign(new Error(), { name }))

function probing() {
  const clock = new FakeClock()
  const asked = []
  const server = { [URL_]: () => failed('TypeError'), '/healthz': () => Promise.resolve({ status: 200 }) }
  const fetch = (url, how) => {
    asked.push([url, how])
    return server[url]()
  }
  const time = { is: null }
  const probe = new Probe({ fetch, clock, url: URL_, time: () => time.is })
  const told = []
  probe.addEventListener('change', () => told.push(probe.trust))
  return { asked, clock, probe, server, time, told }
}

test('it asks every two seconds until the certificate is trusted, and then no more', async () => {
  const { asked, clock, probe, server, told } = probing()
  probe.nudge()
  await flush()
  await clock.pass(2_000)
  await flush()
  assert.deepEqual([probe.trust, told, asked.length], ['untrusted', ['untrusted'], 4])
  server[URL_] = () => Promise.resolve({ status: 204 })
  await clock.pass(2_000)
  await flush()
  await clock.pass(60_000)
  probe.nudge()
  await flush()
  assert.deepEqual([told, asked.length], [['untrusted', 'trusted'], 5])
  assert.deepEqual(asked.at(-1), [URL_, { mode: 'cors', credentials: 'omit', cache: 'no-store' }])
})

test('a server that is away, a port that is shut, and another that answers there are told apart', async () => {
  const { clock, probe, server, told } = probing()
  const turn = async () => {
    await clock.pass(2_000)
    await flush()
  }
  server['/healthz'] = () => failed('TypeError')
  probe.nudge()
  await flush()
  server[URL_] = () => failed('TimeoutError')
  await turn()
  server[URL_] = () => Promise.resolve({ status: 200 })
  await turn()
  assert.deepEqual(told, ['away', 'silent', 'untrusted'])
})

test('a clock that is wrong is told as long as it is, and only where the certificate is not believed', async () => {
  const { clock, probe, server, time, told } = probing()
  const turn = async () => {
    await clock.pass(2_000)
    await flush()
  }
  time.is = 'early'
  probe.nudge()
  await flush()
  time.is = 'over'
  await turn()
  time.is = null
  await turn()
  time.is = 'early'
  server['/healthz'] = () => failed('TypeError')
  await turn()
  server[URL_] = () => Promise.resolve({ status: 204 })
  await turn()
  assert.deepEqual(told, ['early', 'over', 'untrusted', 'away', 'trusted'])
})

test('whoever comes back to the page is answered at once, and an answer that was overtaken counts for nothing', async () => {
  const { clock, probe, server, told } = probing()
  let fail = () => {}
  server[URL_] = () => new Promise((_, reject) => (fail = () => reject(new Error())))
  probe.nudge()
  const failLate = fail
  server[URL_] = () => Promise.resolve({ status: 204 })
  probe.nudge()
  await flush()
  failLate()
  await flush()
  await clock.pass(60_000)
  await flush()
  assert.deepEqual(told, ['trusted'])
})

test('a probe that is stopped asks no more', async () => {
  const { asked, clock, probe } = probing()
  probe.nudge()
  await flush()
  probe.stop()
  await clock.pass(60_000)
  await flush()
  assert.equal(asked.length, 2)
})
