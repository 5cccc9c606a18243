/**
 * The keys that do something wherever one is, in one table: what matches, what is done, and what the sheet says. Pure.
 */

/** @typedef {'sheet' | 'palette' | 'search' | 'room up' | 'room down' | 'unread up' | 'unread down' | 'escape' | 'all read' | 'mute' | 'deafen' | 'leave'} Deed */
/** @typedef {Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>} Pressed */
/** @typedef {{keys: string[], does: string, deed?: Deed, key?: string, free?: boolean, call?: boolean}} Shortcut `free`: only while nobody is writing, `call`: only in a call */

/** @type {readonly Shortcut[]} */
export const SHORTCUTS = Object.freeze([
  { keys: ['Ctrl', 'K'], does: 'Go to a room, a person or a command', deed: 'palette', key: 'ctrl k' },
  { keys: ['Ctrl', 'Shift', 'F'], does: 'Search messages', deed: 'search', key: 'ctrl shift f' },
  { keys: ['Alt', '↑'], does: 'The room above', deed: 'room up', key: 'alt arrowup' },
  { keys: ['Alt', '↓'], does: 'The room below', deed: 'room down', key: 'alt arrowdown' },
  { keys: ['Alt', 'Shift', '↑'], does: 'The next room above with something new', deed: 'unread up', key: 'alt shift arrowup' },
  { keys: ['Alt', 'Shift', '↓'], does: 'The next room below with something new', deed: 'unread down', key: 'alt shift arrowdown' },
  { keys: ['Esc'], does: 'Close what is open; then mark the room as read', deed: 'escape', key: 'escape' },
  { keys: ['Shift', 'Esc'], does: 'Mark all rooms as read', deed: 'all read', key: 'shift escape' },
  { keys: ['Ctrl', 'Shift', 'M'], does: 'In a call: mute or unmute', deed: 'mute', key: 'ctrl shift m', call: true },
  { keys: ['Ctrl', 'Shift', 'D'], does: 'In a call: deafen or undeafen', deed: 'deafen', key: 'ctrl shift d', call: true },
  { keys: ['Ctrl', 'Shift', 'L'], does: 'In a call: leave it', deed: 'leave', key: 'ctrl shift l', call: true },
  { keys: ['?'], does: 'This sheet', deed: 'sheet', key: '?', free: true },
  { keys: ['Enter'], does: 'Send' },
  { keys: ['Shift', 'Enter'], does: 'A new line' },
  { keys: ['↑'], does: 'Edit your last message, with nothing written' },
  { keys: ['Tab'], does: 'Take the @name, :emoji: or /command that is offered' },
])

/**
 * @param {Pressed} pressed
 * @param {boolean} writing
 * @param {boolean} [calling]
 * @returns {Deed | undefined}
 */
export function deedOf({ key, ctrlKey, metaKey, altKey, shiftKey }, writing, calling = false) {
  const name = key === '?' ? '?' : key.toLowerCase()
  const held = [(ctrlKey || metaKey) && 'ctrl', altKey && 'alt', shiftKey && name !== '?' && 'shift'].filter(Boolean)
  const pressed = [...held, name].join(' ')
  return SHORTCUTS.find((one) => one.key === pressed && !(one.free && writing) && !(one.call && !calling))?.deed
}

/**
 * From one room to the next of mine, round and round.
 * @param {import('./protocol.js').ListedRoom[]} rooms
 * @param {string} room_id where one is
 * @param {1 | -1} step
 * @param {boolean} [unread] only where there is something new
 * @returns {string} empty for nowhere else
 */
export function nextRoom(rooms, room_id, step, unread = false) {
  const mine = rooms.filter((room) => room.joined)
  const at = mine.findIndex((room) => room.room_id === room_id)
  for (let i = 1; i <= mine.length; i++) {
    const place = at < 0 ? (step > 0 ? i - 1 : mine.length - i) : (at + step * i + mine.length * i) % mine.length
    const room = mine[place]
    if (room && room.room_id !== room_id && (!unread || room.last_seq > room.read_seq)) return room.room_id
  }
  return ''
}
