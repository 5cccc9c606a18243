/*
 * The service worker: keeps the shell of the page, so that it opens without the server.
 *
 * A set of files is kept whole, under the version that /shell.json names, or not at all. A page gets all its files from one set: a newer
 * one is fetched beside it and taken at the next opening. Nothing but the shell is ever kept: no session, no message, no diagnosis.
 * And it leads from a pressed notice to the message.
 */

const PREFIX = 'shell-'
const META = 'meta'
const NEXT = '/next'
const LIST = '/shell.json'

/** The set that pages are served from, looked up once: a page asks for some hundred and fifty files. */
let current = null

addEventListener('install', (event) => event.waitUntil(renew().then(() => skipWaiting())))
addEventListener('activate', (event) => event.waitUntil(clients.claim()))

addEventListener('fetch', (event) => {
  const { request } = event
  const url = new URL(request.url)
  if (request.method !== 'GET' || url.origin !== location.origin || url.pathname === LIST) return
  if (request.mode === 'navigate') {
    if (url.pathname === '/') event.respondWith(opened(event))
  } else {
    event.respondWith(kept(url.pathname).then((found) => found ?? fetch(request)))
  }
})

addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(lead(Object(event.notification.data)))
})

/** To where it was said: in a page that is open (it hears of it before it may come forward), or in a new one. */
async function lead({ room_id, seq }) {
  const pages = (await clients.matchAll({ type: 'window', includeUncontrolled: true })).filter(({ url }) => new URL(url).pathname === '/')
  const page = pages.find(({ focused }) => focused) ?? pages.find(({ visibilityState }) => visibilityState === 'visible') ?? pages[0]
  if (!page) return clients.openWindow(`/#room=${encodeURIComponent(room_id)}&seq=${Number(seq)}`)
  page.postMessage({ kind: 'open', room_id, seq })
  return page.focus()
}

/** The page itself, from the newest whole set; whether there is a newer one is looked up behind its back. */
async function opened(event) {
  await promote()
  event.waitUntil(renew().catch(() => {}))
  return (await kept('/')) ?? fetch(event.request)
}

async function kept(path) {
  return (await (current ??= set().catch(() => (current = null))))?.match(path)
}

/** The one that is current, if any. */
async function set() {
  const version = await pointer('/current')
  return version && caches.open(PREFIX + version)
}

/** Fetch the set that the server has now, unless it is here. Throws when the server is away, or changes meanwhile. */
async function renew() {
  const { version, files, etags } = await (await fetch(LIST, { cache: 'no-store' })).json()
  if (version === (await pointer('/current')) || version === (await pointer(NEXT))) return
  const cache = await caches.open(PREFIX + version)
  await Promise.all(files.map((file) => keep(cache, file, etags[file])))
  await point(NEXT, version)
  if (await pointer('/current')) for (const client of await clients.matchAll()) client.postMessage({ kind: 'renewed', version })
  else await promote()
}

async function keep(cache, file, etag) {
  const answer = await fetch(file, { cache: 'no-cache' })
  if (!answer.ok || !answer.headers.get('etag')?.includes(etag)) throw new Error(`${file} is not the one that was listed`)
  await cache.put(file, answer)
}

/** Take the next set, and drop all others. */
async function promote() {
  const next = await pointer(NEXT)
  if (!next) return
  await point('/current', next)
  current = null
  await (await caches.open(META)).delete(NEXT)
  for (const name of await caches.keys()) if (name.startsWith(PREFIX) && name !== PREFIX + next) await caches.delete(name)
}

async function pointer(name) {
  return (await (await caches.open(META)).match(name))?.text()
}

async function point(name, version) {
  await (await caches.open(META)).put(name, new Response(version))
}
