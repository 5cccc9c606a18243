/**
 * What waits for me, where one sees it with the page behind others: in the title, on the icon of the tab, and on that of the app.
 */

import { waitingFor } from '../levels.js'

const PLAIN = '/favicon.svg'
const LOGO = '<path fill="#15803d" d="M6 3h20a4 4 0 0 1 4 4v13a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V7a4 4 0 0 1 4-4z"/>'

/** @param {import('../app.js').House} house */
export function wearBadge({ rooms, levels, session, here }) {
  const link = document.querySelector('link[rel="icon"]')
  let worn = ''
  const draw = () => {
    const { unread, mentions } = session.user ? waitingFor(rooms.all(), levels) : { unread: 0, mentions: 0 }
    const name = rooms.get(here.room_id)?.name
    document.title = `${mentions ? `(${mentions}@) ` : unread ? `(${unread}) ` : ''}${name ? `${name} · ` : ''}devchitchat`
    const next = `${Math.min(mentions, 100)} ${unread > 0}`
    if (next === worn) return
    worn = next
    if (link instanceof HTMLLinkElement) link.href = mentions || unread ? drawn(mentions) : PLAIN
    const badge = mentions ? navigator.setAppBadge?.(mentions) : navigator.clearAppBadge?.()
    void badge?.catch(() => {})
  }
  for (const noun of [rooms, levels, session, here]) noun.addEventListener('change', draw)
  draw()
}

/** @param {number} mentions 0 for a dot that says there is something */
function drawn(mentions) {
  const count = mentions > 99 ? '99' : `${mentions}`
  const mark = mentions
    ? `<circle cx="21" cy="11" r="11" fill="#b42318"/><text x="21" y="16" text-anchor="middle" font-family="sans-serif" font-size="14" font-weight="700" fill="#fff">${count}</text>`
    : '<circle cx="24" cy="8" r="7" fill="#b42318"/>'
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${LOGO}${mark}</svg>`
  return `data:image/svg+xml,${encodeURIComponent(svg)}`
}
