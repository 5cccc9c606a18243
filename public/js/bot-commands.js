/**
 * The commands that the bot takes, room by room. They are fetched when a room that it is in is opened or a slash is typed there, and again
 * when they are a minute old; without a connection what is known stays.
 *
 * Tells `change` {room_id}, and `given` {room_id} once the bot has been given one of mine.
 */

import { untilAnswered } from './again.js'
import { withEmoji } from './emoji.js'
import { Request } from './protocol.js'
import { Refusal } from './refusal.js'

export const BOT = 'u_hubot'
/** How it is called behind a slash, for what the page has a command of that name itself. */
export const CALLED = 'hubot'
const FRESH_MS = 60_000
const NAME = /^[a-z][a-z0-9_-]{0,39}$/

/** @typedef {import('./protocol.js').BotCommandInfo} BotCommandInfo */

export class BotCommands extends EventTarget {
  #doors
  #known = /** @type {Map<string, {commands: BotCommandInfo[], at: number, life: number}>} */ (new Map())
  #asking = /** @type {Map<string, Promise<void>>} */ (new Map())
  #looking = /** @type {Set<string>} */ (new Set())
  #unsure = { what: '', id: '' }

  /** @param {{socket: import('./socket.js').Socket, clock: import('./clock.js').Clock, newId: () => string}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
  }

  /**
   * As far as it is known.
   * @param {string} room_id
   * @returns {BotCommandInfo[]}
   */
  of(room_id) {
    return this.#known.get(room_id)?.commands ?? []
  }

  /**
   * Whether a command of the bot's has this as its first word.
   * @param {string} room_id
   * @param {string} word
   */
  takes(room_id, word) {
    return this.of(room_id).some(({ name }) => name.split(' ')[0] === word)
  }

  /**
   * Fetches them unless they are fresh. Raises a Refusal, and leaves what was known.
   * @param {string} room_id
   */
  async load(room_id) {
    const { socket, clock } = this.#doors
    const known = this.#known.get(room_id)
    if (known?.life === socket.life && clock.now() - known.at < FRESH_MS) return
    const asking = this.#asking.get(room_id) ?? this.#fetch(room_id).finally(() => this.#asking.delete(room_id))
    this.#asking.set(room_id, asking)
    await asking
  }

  /**
   * As `load`, and again while that may help; whatever comes, nobody needs to hear of it.
   * @param {string} room_id
   */
  async look(room_id) {
    if (this.#looking.has(room_id)) return
    this.#looking.add(room_id)
    await untilAnswered(() => this.load(room_id), this.#doors).catch(() => {})
    this.#looking.delete(room_id)
  }

  /**
   * Who is in the room is known anew.
   * @param {string} room_id
   * @param {boolean} sits whether the bot is
   */
  seated(room_id, sits) {
    if (sits !== this.of(room_id).length > 0) this.forget(room_id)
    if (sits) void this.look(room_id)
  }

  /**
   * Has the bot do it. The same again, after a refusal that leaves open whether it was done, is done once.
   * @param {string} room_id
   * @param {string} line
   */
  async give(room_id, line) {
    const { socket, newId } = this.#doors
    const [, word = '', args = ''] = /^(\S*)\s*([\s\S]*)$/.exec(line) ?? []
    const command = word.toLowerCase()
    if (!NAME.test(command)) throw new Refusal('NOT_FOUND', `The bot has no command “${word}”.`)
    const what = `${room_id} ${line}`
    if (this.#unsure.what !== what) this.#unsure = { what, id: newId() }
    await socket.ask(Request.BotCommand, { room_id, command, args: withEmoji(args), client_msg_id: this.#unsure.id })
    this.#unsure = { what: '', id: '' }
    this.dispatchEvent(new CustomEvent('given', { detail: { room_id } }))
  }

  /** @param {string} room_id */
  forget(room_id) {
    if (this.#known.delete(room_id)) this.#tell(room_id)
  }

  reset() {
    this.#known.clear()
  }

  /** @param {string} room_id */
  async #fetch(room_id) {
    const { socket, clock } = this.#doors
    const { life } = socket
    const { commands } = await socket.ask(Request.BotCommands, { room_id })
    this.#known.set(room_id, { commands, at: clock.now(), life })
    this.#tell(room_id)
  }

  /** @param {string} room_id */
  #tell(room_id) {
    this.dispatchEvent(new CustomEvent('change', { detail: { room_id } }))
  }
}
