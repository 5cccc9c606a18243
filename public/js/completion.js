/**
 * What is being typed at the caret: an @handle, an :emoji:, or a /command at the very beginning; and what could be meant. Pure.
 */

import { CALLED } from './bot-commands.js'
import { findEmoji } from './emoji.js'
import { findPeople } from './mentions.js'

const WORD = /(^|[\s([{"'>*_~|])([@:])([\p{L}\p{N}_+-]{0,40})$/u
const COMMAND = /^\/((?:[a-z][a-z0-9_ -]{0,45})?)$/
const LOOK_BACK = 60
const MOST = 8

/** @typedef {{kind: 'person' | 'emoji' | 'command', from: number, word: string}} Start */
/** @typedef {{insert: string, sign: string, name: string, more: string}} Offer */

/**
 * @param {string} text
 * @param {number} caret
 * @returns {Start | null}
 */
export function startAt(text, caret) {
  const before = text.slice(Math.max(0, caret - LOOK_BACK), caret)
  const command = caret < LOOK_BACK ? COMMAND.exec(before) : null
  if (command) return { kind: 'command', from: 0, word: command[1] ?? '' }
  const found = WORD.exec(before)
  if (!found) return null
  const word = found[3] ?? ''
  const from = caret - word.length - 1
  if (found[2] === '@') return { kind: 'person', from, word }
  return word.length >= 2 ? { kind: 'emoji', from, word } : null // `:)` and `10:` are no names
}

/**
 * @param {Start} start
 * @param {{people: import('./mentions.js').Person[], commands: import('./commands.js').Told[]}} known
 * @returns {Offer[]}
 */
export function offers({ kind, word }, { people, commands }) {
  switch (kind) {
    case 'person':
      return findPeople(people, word, MOST).map(({ handle, display_name, online }) => ({ insert: `@${handle} `, sign: online ? '●' : '○', name: display_name, more: `@${handle}` }))
    case 'emoji':
      return findEmoji(word, MOST).map(({ sign, names }) => ({ insert: `${sign} `, sign, name: `:${names[0]}:`, more: names.slice(1).join(' ') }))
    case 'command':
      return commands.filter((command) => begins(command, word)).map(({ name, takes, does }) => ({ insert: `/${name} `, sign: '/', name: `${name} ${takes}`.trim(), more: does }))
  }
}

/**
 * What the bot takes may be called its own, too.
 * @param {import('./commands.js').Told} command
 * @param {string} word
 */
const begins = ({ name, bot }, word) => name.startsWith(word) || Boolean(bot && word.startsWith(`${CALLED} `) && `${CALLED} ${name}`.startsWith(word))
