/**
 * Where the page begins: hands the browser to the nouns, and the nouns to the views.
 */

import { compose } from './app.js'
import { clock } from './clock.js'
import { browserDoors } from './rtc/doors.js'
import { workerUrl } from './shell.js'
import { wear } from './theme.js'
import './views/all.js'
import { wearBadge } from './views/badge.js'
import { BrowserDesk } from './views/desk.js'
import { listenForKeys } from './views/keys.js'
import { listenForTalk } from './views/talk-keys.js'
import { WayBack } from './way-back.js'

const VERSION = '0.1.0'

const house = compose({
  open: () => new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`),
  fetch: (...request) => fetch(...request),
  storage: storage(),
  locks: navigator.locks,
  clock,
  random: Math.random,
  online: () => navigator.onLine,
  newId: () => `c_${[...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`,
  place: {
    read: () => location.hash,
    write: (hash) => history.replaceState(null, '', hash || location.pathname),
  },
  narrow: () => matchMedia('(max-width: 720px)').matches,
  worker: navigator.serviceWorker,
  workerUrl: () => workerUrl(/** @type {any} */ (globalThis).trustedTypes),
  desk: new BrowserDesk(navigator.serviceWorker),
  rtc: browserDoors(),
  client: { name: 'devchitchat-web', ver: VERSION, platform: 'web', ua: navigator.userAgent.slice(0, 200) },
})

/** Asking for it is enough to be refused where storage is forbidden. */
function storage() {
  try {
    return localStorage
  } catch {
    return null
  }
}

const wayBack = new WayBack(house.here, { push: () => history.pushState(null, ''), back: () => history.back() })
addEventListener('popstate', () => wayBack.went())
addEventListener('hashchange', () => house.here.arrive())
addEventListener('online', () => house.socket.nudge())
addEventListener('online', () => house.call.nudge())
addEventListener('offline', () => house.socket.doubt())
addEventListener('storage', house.heard)
addEventListener('storage', () => house.theme.heard())
addEventListener('load', () => void house.shell.start())
house.theme.addEventListener('change', () => wear(house.theme, document.documentElement.dataset))
document.addEventListener('visibilitychange', () => house.alerts.look())
document.addEventListener('visibilitychange', () => document.visibilityState === 'hidden' && house.settle())
addEventListener('pagehide', house.settle)
addEventListener('pagehide', () => void house.call.leave())
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && house.socket.nudge())
document.addEventListener('visibilitychange', () => document.visibilityState === 'visible' && house.call.nudge())

for (const view of document.querySelectorAll('[data-view]')) Object.assign(view, { house })
listenForTalk(house)
listenForKeys(house)
wearBadge(house)
house.socket.start()
