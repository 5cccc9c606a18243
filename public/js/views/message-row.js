/**
 * One row of the message list: a message, one of mine that is not sent yet, or a hole.
 */

import { clone, the } from './view.js'

/** @typedef {import('../protocol.js').Msg} Msg */
/** @typedef {import('../outbox.js').Item} Item */
/** @typedef {{msg: Msg, name: string} | {item: Item, name: string} | {hole: import('../timeline.js').Hole}} Row */

/** @param {Row} row */
export const makeRow = (row) => clone('msg' in row ? 'message-row' : 'item' in row ? 'pending-row' : 'hole-row')

/**
 * @param {HTMLElement} element
 * @param {{msg: Msg, name: string}} row
 */
export function fillMessage(element, { msg, name }) {
  const text = the(element, 'text')
  the(element, 'name').textContent = name
  the(element, 'handle').textContent = `@${msg.user_handle}`
  fillTime(the(element, 'time', HTMLTimeElement), msg.ts)
  text.textContent = msg.deleted_at ? 'This message was deleted.' : msg.text
  text.classList.toggle('deleted', Boolean(msg.deleted_at))
  the(element, 'bot').hidden = !msg.bot
  the(element, 'edited').hidden = !msg.edited_at || Boolean(msg.deleted_at)
  element.dataset.msg = msg.msg_id
}

/**
 * @param {HTMLElement} element
 * @param {{item: Item, name: string}} row
 * @param {import('../outbox.js').Outbox} outbox
 */
export function fillPending(element, { item, name }, outbox) {
  the(element, 'name').textContent = name
  the(element, 'text').textContent = item.text
  the(element, 'state').textContent = item.failed ? `Not sent: ${item.failed}` : item.kept ? 'Waiting to be sent' : 'Waiting; keep this page open'
  element.classList.toggle('failed', Boolean(item.failed))
  the(element, 'retry').hidden = !item.failed
  the(element, 'retry').onclick = () => outbox.retry(item)
  the(element, 'cancel').onclick = () => outbox.cancel(item)
}

/**
 * @param {HTMLTimeElement} element
 * @param {number} ts
 */
export function fillTime(element, ts) {
  const time = new Date(ts)
  if (Number.isNaN(time.getTime())) return
  const today = time.toDateString() === new Date().toDateString()
  element.dateTime = time.toISOString()
  element.title = time.toLocaleString()
  const short = /** @type {const} */ ({ hour: '2-digit', minute: '2-digit' })
  element.textContent = today ? time.toLocaleTimeString([], short) : time.toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
}
