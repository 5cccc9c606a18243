/**
 * The keys that work everywhere, the sheet that tells of them, and the commands that need something to be seen.
 */

import { leaving } from '../order.js'
import { deedOf, nextRoom, SHORTCUTS } from '../shortcuts.js'
import { asked, openDialog } from './dialog.js'
import { make } from './make.js'
import { openPalette } from './palette.js'

/** @typedef {import('../app.js').House} House */

/** Also over a dialog: whoever wants to be muted wants it now. */
const ANYWHERE = new Set(['palette', 'mute', 'deafen', 'leave'])

/** @param {House} house */
export function listenForKeys(house) {
  const deeds = table(house)
  document.addEventListener('keydown', (event) => {
    if (event.defaultPrevented || event.isComposing || !house.session.user) return
    const deed = deedOf(event, isWriting(event.target), house.call.state !== 'out')
    if (!deed) return void (event.key.length === 1 && toComposer(event))
    if (!ANYWHERE.has(deed) && document.querySelector('dialog[open], :popover-open')) return
    if (deed !== 'escape') event.preventDefault()
    deeds[deed]()
  })
  listenForCommands(house)
}

/**
 * @param {House} house
 * @returns {Record<import('../shortcuts.js').Deed, () => void>}
 */
function table(house) {
  const { here, rooms, marks, newness, call, microphone, notices } = house
  /**
   * @param {1 | -1} step
   * @param {boolean} [unread]
   */
  const move = (step, unread) => {
    const next = nextRoom(rooms.all(), here.room_id, step, unread)
    if (next) here.open(next)
  }
  const read = (/** @type {import('../protocol.js').ListedRoom} */ { room_id, joined, last_seq, read_seq }) => {
    if (!joined || last_seq <= read_seq) return
    marks.read(room_id, last_seq)
    rooms.read(room_id, last_seq)
  }
  return {
    sheet: () => openSheet(house),
    palette: () => openPalette(house),
    search: () => focusSearch(house),
    'room up': () => move(-1),
    'room down': () => move(1),
    'unread up': () => move(-1, true),
    'unread down': () => move(1, true),
    escape: () => {
      if (here.over || (here.side && !here.narrow)) return here.back()
      const room = rooms.get(here.room_id)
      if (room) read(room)
      newness.close()
    },
    mute: () => void microphone.toggleMute(),
    deafen: () => microphone.toggleDeafen(),
    leave: () => void notices.tryTo(() => call.leave()),
    'all read': () => {
      for (const room of rooms.all()) read(room)
      newness.close()
    },
  }
}

/** @param {House} house */
function focusSearch({ here }) {
  here.show('rooms') // on a phone the field is there
  const field = document.querySelector('search-bar input')
  queueMicrotask(() => field instanceof HTMLInputElement && field.select()) // once it is drawn
}

/** @param {EventTarget | null} target */
export const isWriting = (target) => target instanceof HTMLElement && (target.isContentEditable || Boolean(target.closest('input, textarea, select')))

/**
 * Whoever begins to type with the focus nowhere means the message.
 * @param {KeyboardEvent} event
 */
function toComposer({ target, ctrlKey, metaKey, altKey, key }) {
  const free = target === document.body || (target instanceof HTMLElement && target.matches('message-list .scroll, message-list .message'))
  if (!free || ctrlKey || metaKey || altKey || key === ' ' || document.querySelector('dialog[open], :popover-open')) return
  const text = document.querySelector('message-composer:not([hidden]) textarea')
  if (text instanceof HTMLElement) text.focus() // the letter itself arrives there
}

/** @param {House} house */
function openSheet({ commands, here }) {
  if (document.querySelector('dialog[open]')) return
  const mac = /Mac|iPhone|iPad/.test(navigator.platform)
  const key = (/** @type {string} */ name) => make('kbd', {}, mac && name === 'Ctrl' ? '⌘' : mac && name === 'Alt' ? '⌥' : name)
  const keys = SHORTCUTS.flatMap(({ keys: pressed, does }) => [make('dt', {}, ...pressed.map(key)), make('dd', {}, does)])
  const words = (/** @type {import('../commands.js').Told[]} */ all) =>
    make('dl', { class: 'keys' }, ...all.flatMap(({ name, takes, does }) => [make('dt', {}, `/${name} ${takes}`.trim()), make('dd', {}, does)]))
  const bots = commands.ofBot(here.room_id)
  openDialog('Keys and commands',
    make('section', {}, make('h3', {}, 'Keys'), make('dl', { class: 'keys' }, ...keys)),
    make('section', {}, make('h3', {}, 'Commands'), words(commands.own())),
    ...(bots.length ? [make('section', {}, make('h3', {}, 'Commands of the bot here'), words(bots))] : []))
}

/** @param {House} house */
function listenForCommands(house) {
  const { commands, rooms, members, notices } = house
  const hear = (/** @type {string} */ type, /** @type {(detail: any) => void} */ deed) =>
    commands.addEventListener(type, (event) => deed(/** @type {CustomEvent} */ (event).detail))
  hear('help', () => openSheet(house))
  hear('invite', (detail) => document.querySelector('invite-box')?.dispatchEvent(new CustomEvent('made', { detail })))
  hear('leave', async ({ room_id }) => {
    const room = rooms.get(room_id)
    if (!room?.joined) return
    const text = leaving(room, members.of(room_id))
    if (await asked({ title: `Leave ${room.name}?`, text, deed: 'Leave' })) await notices.tryTo(() => rooms.leave(room_id))
  })
}
