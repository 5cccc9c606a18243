/**
 * One row of the message list: a day, the divider before what is new, a message, one of mine that is not sent yet, or a hole.
 */

import { summary } from '../markdown.js'
import { fillDisc } from './disc.js'
import { make, theirs } from './make.js'
import { fillEditor } from './message-editor.js'
import { want } from './message-reach.js'
import { dayName, fillTime } from './time.js'
import { clone, the } from './view.js'
import { written } from './written.js'

export { fillTime }


/** @typedef {import('../app.js').House} House */
/** @typedef {import('../feed.js').Line} Line */
/** @typedef {{house: House, room_id: string, open: (seq: number) => void}} Scene */

const shown = /** @type {WeakMap<HTMLElement, string>} */ (new WeakMap())

/** @param {Line} line */
export const makeRow = ({ kind }) => clone(`${kind}-row`)

/**
 * What a row looks like now, in a few words: the same words, nothing to draw.
 * @param {Line} line
 * @param {Scene} scene
 * @param {string} seen names of those who have read up to here
 */
export function versionOf(line, { house, room_id }, seen) {
  const { presence, deeds, messages, session } = house
  if (line.kind === 'day') return dayName(line.ts, house.clock.now())
  if (line.kind === 'hole') return `${line.hole.before}`
  if (line.kind === 'new') return ''
  if (line.kind === 'pending') return `${line.item.failed} ${line.item.text} ${Boolean(line.item.tried)} ${line.item.seq} ${line.head} ${house.socket.live}`
  const { msg, head } = line
  const edit = deeds.edit(room_id)
  const editing = edit?.msg.msg_id === msg.msg_id ? `${edit.busy} ${edit.problem}` : '-'
  const answered = msg.reply_to_msg_id ? messages.timeline(room_id).find(msg.reply_to_msg_id) : undefined
  const name = presence.nameOf(msg.user_id, msg.user_handle)
  const asked = answered ? `${answered.rev} ${presence.nameOf(answered.user_id, answered.user_handle)}` : ''
  return `${msg.rev} ${head} ${session.user?.user_id} ${editing} ${name}\n${asked}\n${seen}`
}

/**
 * @param {HTMLElement} element
 * @param {Line} line
 * @param {Scene} scene
 * @param {string} seen
 */
export function fillRow(element, line, scene, seen) {
  if (line.kind === 'day') the(element, 'day').textContent = dayName(line.ts, scene.house.clock.now())
  else if (line.kind === 'message') fillMessage(element, line, scene, seen)
  else if (line.kind === 'pending') fillPending(element, line, scene)
}

/**
 * @param {HTMLElement} element
 * @param {{msg: import('../protocol.js').Msg, head: boolean}} line
 * @param {Scene} scene
 * @param {string} seen
 */
function fillMessage(element, { msg, head }, scene, seen) {
  const { presence, session } = scene.house
  const me = session.user
  fillAuthor(element, msg.user_id, presence.nameOf(msg.user_id, msg.user_handle), head)
  the(element, 'handle').textContent = `@${msg.user_handle}`
  fillTime(the(element, 'time', HTMLTimeElement), msg.ts, { clock: true })
  fillText(the(element, 'text'), msg, me?.handle)
  element.classList.toggle('named', Boolean(me && msg.mentions?.includes?.(me.user_id)))
  the(element, 'bot').hidden = !msg.bot
  the(element, 'edited').hidden = !msg.edited_at || Boolean(msg.deleted_at)
  fillQuote(the(element, 'quote', HTMLButtonElement), msg.reply_to_msg_id, scene)
  fillReactions(the(element, 'reactions'), msg, scene)
  fillEditor(element, msg, scene)
  the(element, 'seen').textContent = seen && `Read by ${seen}`
  element.dataset.msg = msg.msg_id
  element.dataset.seq = String(msg.seq)
}

/**
 * @param {HTMLElement} element
 * @param {string} user_id
 * @param {string} name
 * @param {boolean} head
 */
export function fillAuthor(element, user_id, name, head) {
  fillDisc(the(element, 'disc'), user_id, name)
  the(element, 'name').textContent = name
  element.classList.toggle('head', head)
}

/**
 * Left alone as long as it says the same: a spoiler stays open, a selection stays.
 * @param {HTMLElement} element
 * @param {{text: string, deleted_at?: number | null}} msg
 * @param {string} [me]
 */
function fillText(element, { text, deleted_at }, me = '') {
  const now = deleted_at ? '\0' : `${me}\0${text}`
  element.classList.toggle('deleted', Boolean(deleted_at))
  if (shown.get(element) === now) return
  shown.set(element, now)
  element.replaceChildren(...(deleted_at ? [make('p', {}, 'This message was deleted.')] : written(text, me)))
}

/**
 * @param {HTMLButtonElement} element
 * @param {string | null | undefined} msg_id
 * @param {Scene} scene
 */
function fillQuote(element, msg_id, { house, room_id, open }) {
  element.hidden = !msg_id
  if (!msg_id) return
  const original = house.messages.timeline(room_id).find(msg_id)
  element.onclick = () => (original ? open(original.seq) : want(house, msg_id))
  if (!original) return element.replaceChildren('In reply to an earlier message')
  const text = original.deleted_at ? 'This message was deleted.' : summary(original.text)
  const name = house.presence.nameOf(original.user_id, original.user_handle)
  element.replaceChildren(make('span', { class: 'unseen' }, 'In reply to '), theirs(name, 'name'), ' ', theirs(text, 'words'))
}

/**
 * @param {HTMLElement} element
 * @param {import('../protocol.js').Msg} msg
 * @param {Scene} scene
 */
function fillReactions(element, msg, { house, room_id }) {
  const { presence, session, deeds, notices } = house
  const all = Object.entries(msg.reactions ?? {}).filter(([, users]) => Array.isArray(users) && users.length)
  element.hidden = !all.length || Boolean(msg.deleted_at)
  const buttons = all.map(([emoji, users]) => {
    const names = users.map((user_id) => presence.nameOf(user_id)).join(', ')
    const mine = users.includes(session.user?.user_id ?? '')
    const react = () => void notices.tryTo(() => deeds.react(msg, emoji))
    const given = { type: 'button', 'aria-pressed': String(mine), title: names, 'aria-label': `${emoji} ${users.length}: ${names}`, click: react }
    const button = make('button', given, theirs(emoji), ' ', make('span', {}, String(users.length)))
    button.disabled = !deeds.may(room_id, msg).react
    return make('li', {}, button)
  })
  element.replaceChildren(...buttons)
}

/**
 * @param {HTMLElement} element
 * @param {{item: import('../outbox.js').Item, head: boolean}} line
 * @param {Scene} scene
 */
function fillPending(element, { item, head }, { house }) {
  const { outbox, presence, session, socket } = house
  const me = session.user
  fillAuthor(element, me?.user_id ?? '', presence.nameOf(me?.user_id ?? '', me?.display_name), head)
  fillText(the(element, 'text'), item, me?.handle)
  the(element, 'state').textContent = stateOf(item, socket.live)
  element.classList.toggle('failed', Boolean(item.failed))
  the(element, 'retry').hidden = !item.failed
  the(element, 'retry').onclick = () => outbox.retry(item)
  the(element, 'edit').hidden = !outbox.mayRewrite(item)
  the(element, 'edit').onclick = () => rewrite(element, item, outbox)
  the(element, 'cancel').hidden = Boolean(item.seq)
  the(element, 'cancel').onclick = () => outbox.cancel(item)
}

/**
 * @param {import('../outbox.js').Item} item
 * @param {boolean} live
 */
function stateOf({ failed, kept, seq }, live) {
  if (seq) return ''
  if (failed) return `Not sent: ${failed}`
  if (!kept) return 'Waiting; keep this page open'
  return live ? 'Sending…' : 'Waiting to be sent'
}

/**
 * In place, in a field of its own; it is sent when it is saved.
 * @param {HTMLElement} element
 * @param {import('../outbox.js').Item} item
 * @param {import('../outbox.js').Outbox} outbox
 */
function rewrite(element, item, outbox) {
  const field = make('textarea', { 'aria-label': 'Edit message', dir: 'auto' })
  field.value = item.text
  const end = () => form.remove()
  const save = (/** @type {Event} */ event) => {
    event.preventDefault()
    if (field.value.trim()) outbox.rewrite(item, field.value)
    end()
  }
  const keys = (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) save(event)
    if (event.key === 'Escape') end()
    event.stopPropagation()
  }
  const ends = make('div', { class: 'ends' }, make('button', { type: 'button', class: 'small', click: end }, 'Cancel'), make('button', { class: 'small strong' }, 'Save'))
  const form = make('form', { class: 'edit', submit: save, keydown: keys }, field, ends)
  element.querySelector('form.edit')?.remove()
  element.append(form)
  field.focus()
}
