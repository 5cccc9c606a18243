/**
 * Where the page for guests begins: finds out what kind of device this is and how far it has come, and leads on.
 */

import { clock } from '../clock.js'
import { Checks } from './checks.js'
import { chat, hasInvite, secured, stageOf, timeOf } from './place.js'
import { Probe } from './probe.js'
import { wayOn } from './steps.js'
import { BROWSERS, browserOf, browsersOn, SYSTEMS, systemOf } from './systems.js'
import { changes, ticksOf } from './ticks.js'
import { drawChoices, drawFingerprint, drawSteps, drawTicks, part, say } from './view.js'

const ANSWER_MS = 5_000
const GOES_ON_MS = 3_000

/** @typedef {import('./place.js').Way} Way */

/**
 * @param {string} url
 * @param {RequestInit} [how]
 */
const ask = (url, how) => fetch(url, { ...how, signal: AbortSignal.timeout(ANSWER_MS) })

const checks = new Checks({
  open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`),
  media: navigator.mediaDevices,
  leave: async () => (await navigator.permissions.query({ name: /** @type {PermissionName} */ ('microphone') })).state,
  peer: globalThis.RTCPeerConnection ? () => new RTCPeerConnection() : null,
  ask: async (mine) => {
    const answer = await ask('/reach', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(mine) })
    return answer.ok ? answer.json() : null
  },
  clock,
})

const said = /** @type {import('./systems.js').Said} */ (navigator)
let system = systemOf(said)
let browser = browserOf(said)
let host = location.hostname
let ticks = /** @type {import('./ticks.js').Tick[]} */ ([])

void begin()

async function begin() {
  const way = await find()
  const stage = stageOf(isSecureContext, way)
  const url = secured(location.hostname, way.https_port ?? 0, '/reachable')
  const probe = new Probe({ fetch: ask, clock, url, time: () => timeOf(way, clock.now()) })
  const draw = () => drawAll(way, stage, probe)
  for (const noun of [probe, checks]) noun.addEventListener('change', draw)
  addEventListener('hashchange', draw)
  document.addEventListener('visibilitychange', () => stage === 'trust' && document.visibilityState === 'visible' && probe.nudge())
  settle(way)
  listen()
  draw()
  if (stage !== 'trust') return void checks.start()
  probe.addEventListener('change', () => probe.trust === 'trusted' && void settleHost(way).then(draw).then(leadOn))
  probe.nudge()
}

/**
 * Tries until it is told: the server may be starting.
 * @returns {Promise<Way>}
 */
async function find() {
  for (;;) {
    try {
      const answer = await ask('/join.json', { cache: 'no-store' })
      if (answer.ok) return await answer.json()
    } catch {
      say('lede', 'The server does not answer at the moment. This page tries again by itself.')
    }
    await new Promise((resolve) => clock.after(2_000, () => resolve(null)))
  }
}

/** @param {Way} way what of it stays as it is */
function settle(way) {
  say('title', way.name === 'devchitchat' ? 'Come in' : `Come in to ${way.name}`)
  say('lede', 'A chat of friends, on a computer at one of their homes. Here you see whether your device is ready for it.')
  drawFingerprint(way.fingerprint)
  drawChoices('system', Object.entries(SYSTEMS), system)
  drawBrowsers()
  part('ticks-part').hidden = false
}

function listen() {
  const systems = part('system', HTMLSelectElement)
  const browsers = part('browser', HTMLSelectElement)
  systems.addEventListener('change', () => {
    system = /** @type {typeof system} */ (systems.value)
    drawBrowsers()
  })
  browsers.addEventListener('change', () => {
    browser = /** @type {typeof browser} */ (browsers.value)
    drawSteps(wayOn(system, browser))
  })
}

function drawBrowsers() {
  const there = browsersOn(system)
  if (!there.includes(browser)) browser = there[0] ?? 'chrome'
  drawChoices('browser', there.map((name) => [name, BROWSERS[name]]), browser)
  drawSteps(wayOn(system, browser))
}

/**
 * @param {Way} way
 * @param {import('./place.js').Stage} stage
 * @param {Probe} probe
 */
function drawAll(way, stage, { trust }) {
  const { socket, microphone, peer } = checks
  const before = ticks
  ticks = ticksOf({ stage, hasAuthority: way.has_authority, port: way.https_port, trust, today: clock.now(), socket, microphone, peer })
  drawTicks(ticks, (act) => void press(act))
  const news = changes(before, ticks)
  if (news) part('said').textContent = news
  say('invite', hasInvite(location) ? 'Your invite comes along.' : 'This link has no invite in it. You can get ready all the same; your host sends you one.')
  part('steps-part').hidden = !(stage === 'trust' && way.has_authority && trust !== 'trusted')
  drawGo(way, stage, trust)
}

/** @param {import('./ticks.js').Act} act */
function press(act) {
  switch (act) {
    case 'socket': return checks.trySocket()
    case 'microphone': return checks.tryMicrophone()
    case 'peer': return checks.tryPeer()
  }
}

/**
 * @param {Way} way
 * @param {import('./place.js').Stage} stage
 * @param {import('./probe.js').Trust} trust
 */
function drawGo(way, stage, trust) {
  const go = part('go', HTMLAnchorElement)
  const ready = ticks.every(({ state }) => state === 'good')
  part('go-part').hidden = stage === 'trust' && trust !== 'trusted'
  if (stage === 'trust') {
    go.href = secured(host, way.https_port ?? 0, `/join${location.hash}`)
    go.textContent = 'Go on'
    say('go-says', 'Well done: this device trusts the server. On to the rest, on the secure page.')
  } else {
    go.href = chat(location)
    go.textContent = 'Open the chat'
    say('go-says', ready ? 'All is well. See you inside!' : 'You can open the chat right now, and see to the rest later.')
  }
}

/**
 * On by the server's name where this device finds it, for an address may be another one tomorrow.
 * @param {Way} way
 */
async function settleHost(way) {
  if (!way.host || way.host === host) return
  const url = secured(way.host, way.https_port ?? 0, '/reachable')
  const found = await ask(url, { mode: 'cors', credentials: 'omit', cache: 'no-store' }).then(({ status }) => status === 204, () => false)
  if (found) host = way.host
}

/** By itself, unless somebody would rather stay and read. */
function leadOn() {
  const go = part('go', HTMLAnchorElement)
  const stop = clock.after(GOES_ON_MS, () => location.assign(go.href))
  part('stay-part').hidden = false
  part('stay').addEventListener('click', () => {
    stop()
    part('stay-part').hidden = true
    go.focus()
  })
}
