/**
 * What one can do by writing it: /topic, /away and the like. A command says what it needs and what it does; whatever fails is a Refusal, and
 * the text stays where it was. `//` at the beginning is a text that begins with a slash. What we do not know the bot of the room may, and
 * `/hubot` says that it is meant.
 *
 * Tells `help`, `leave` {room_id} and `invite` {title, ...made} for what needs a view.
 */

import { BOT, CALLED } from './bot-commands.js'
import { lacksBot, moderates, myRank, owns } from './order.js'
import { Refusal, refusal } from './refusal.js'

const COMMAND = /^\/([a-z][a-z0-9_-]*)(?:\s+([\s\S]*))?$/
const CALL = new RegExp(`^\\s*@?${CALLED}(?![\\w-])`, 'i')
const SHRUG = '¯\\_(ツ)_/¯'

/** @typedef {{room_id: string, rest: string}} Given */
/** @typedef {{send: string} | {say: string} | void} Done `send` is what to write in the room, `say` what to tell only me */
/** @typedef {{takes: string, does: string, run: (given: Given) => Done | Promise<Done>}} Command */
/** @typedef {Pick<import('./app.js').Nouns, 'rooms' | 'session' | 'presence' | 'invites' | 'here' | 'levels' | 'search' | 'messages' | 'members' | 'botCommands'>} Nouns */
/** @typedef {{name: string, takes: string, does: string, bot?: boolean}} Told */

/**
 * @param {string} text
 * @returns {{name: string, rest: string} | null}
 */
export function commandIn(text) {
  const found = COMMAND.exec(text)
  return found ? { name: found[1] ?? '', rest: (found[2] ?? '').trim() } : null
}

export class Commands extends EventTarget {
  #nouns
  #own

  /** @param {Nouns} nouns */
  constructor(nouns) {
    super()
    this.#nouns = nouns
    this.#own = new Map(Object.entries(this.#table()))
  }

  /** @returns {Told[]} */
  own() {
    return [...this.#own].map(([name, { takes, does }]) => ({ name, takes, does }))
  }

  /**
   * What the bot of this room takes of me, each by the name under which it can be typed here.
   * @param {string} room_id
   * @returns {Told[]}
   */
  ofBot(room_id) {
    const called = (/** @type {string} */ name) => (this.#own.has(name.split(' ')[0] ?? '') ? `${CALLED} ${name}` : name)
    const mine = this.#nouns.botCommands.of(room_id).filter(({ role }) => this.#mayAs(role, room_id))
    return mine.map(({ name, usage, help }) => ({ name: called(name), takes: usage, does: help, bot: true }))
  }

  /**
   * @param {string} room_id
   * @returns {Told[]}
   */
  all(room_id) {
    return [...this.own(), ...this.ofBot(room_id)]
  }

  /**
   * Whether I stand where a command of the bot's is for people of this role; one that is refused all the same says so in the room.
   * @param {import('./protocol.js').BotCommandInfo['role']} role
   * @param {string} room_id
   */
  #mayAs(role, room_id) {
    const { rooms, session } = this.#nouns
    const rank = myRank(rooms.get(room_id), session.isAdmin)
    return !role || { mod: moderates(rank), owner: owns(rank), admin: session.isAdmin }[role]
  }

  /**
   * What is to be sent for this text, if anything. One that neither we nor the bot know may be for another bot, that has spoken here.
   * @param {string} text
   * @param {string} room_id
   * @returns {Promise<Done>}
   */
  async run(text, room_id) {
    if (text.startsWith('//')) return { send: text.slice(1) }
    const found = commandIn(text)
    if (!found) return { send: text }
    const command = this.#own.get(found.name)
    if (command) return command.run({ room_id, rest: found.rest })
    if (found.name === CALLED) return this.#nouns.botCommands.give(room_id, needed(found.rest, 'a command of the bot'))
    if (await this.#isForBot(found.name, room_id)) return this.#nouns.botCommands.give(room_id, text.slice(1))
    if (this.#nouns.messages.timeline(room_id).messages.some(({ bot, user_id }) => bot && user_id !== BOT)) return { send: text }
    const more = lacksBot(this.#nouns, room_id) ? ' A bot takes more of them: Members, Add a bot.' : ''
    throw new Refusal('NOT_FOUND', `There is no command /${found.name}. To send this as it is, begin with two slashes.${more}`)
  }

  /**
   * What to tell whoever calls the bot by its name where no bot is.
   * @param {string} text
   * @param {string} room_id
   */
  unheard(text, room_id) {
    const all = this.#nouns.members.of(room_id)
    return all.length && CALL.test(text) && !all.some(({ bot }) => bot) ? 'There is no bot in this room to hear it. Moderators add one under Members.' : ''
  }

  /** @returns {Record<string, Command>} */
  #table() {
    const { rooms, session, presence, levels, search, here } = this.#nouns
    const status = (/** @type {'online' | 'away' | 'busy'} */ how) => async (/** @type {Given} */ { rest }) => {
      await presence.set(how, rest)
      return { say: how === 'online' ? 'You are back.' : `You are ${how} now. /back ends it.` }
    }
    return {
      help: { takes: '', does: 'Shortcuts and commands', run: () => this.#tell('help') },
      me: { takes: 'does something', does: 'Say what you do', run: ({ rest }) => ({ send: `*${session.user?.display_name} ${needed(rest, 'what you do')}*` }) },
      shrug: { takes: '[text]', does: SHRUG, run: ({ rest }) => ({ send: `${rest} ${SHRUG}`.trim() }) },
      join: { takes: 'room', does: 'Join a public room, or go to one of yours', run: ({ rest }) => this.#join(needed(rest, 'which room')) },
      leave: { takes: '', does: 'Leave this room', run: ({ room_id }) => this.#tell('leave', { room_id }) },
      invite: { takes: '', does: 'Make an invite link', run: ({ room_id }) => this.#invite(room_id) },
      topic: { takes: 'text', does: 'Change the topic of this room', run: ({ room_id, rest }) => rooms.update(room_id, { topic: rest }) },
      nick: { takes: 'name', does: 'Change the name others see', run: ({ rest }) => session.rename(needed(rest, 'a name')) },
      away: { takes: '[text]', does: 'Be away', run: status('away') },
      busy: { takes: '[text]', does: 'Be busy', run: status('busy') },
      back: { takes: '', does: 'Be here again', run: status('online') },
      dnd: { takes: '', does: 'Do not disturb: on or off', run: () => this.#disturb(!levels.ways.dnd) },
      mute: { takes: '', does: 'No notices from this room, or the usual ones again', run: ({ room_id }) => this.#mute(room_id) },
      search: {
        takes: 'words', does: 'Search all rooms',
        run: ({ rest }) => {
          void search.look(needed(rest, 'what to look for'))
          if (here.side !== 'search') here.beside('search')
        },
      },
    }
  }

  /**
   * Raises a Refusal where that may be known in a moment.
   * @param {string} name
   * @param {string} room_id
   */
  async #isForBot(name, room_id) {
    const { botCommands } = this.#nouns
    if (botCommands.takes(room_id, name)) return true
    try {
      await botCommands.load(room_id)
    } catch (error) {
      if (refusal(error).passing) throw error
    }
    return botCommands.takes(room_id, name)
  }

  /** @param {string} name */
  async #join(name) {
    const { rooms, here } = this.#nouns
    const wanted = name.replace(/^#/, '').toLowerCase()
    const room = rooms.all().find((one) => one.name.toLowerCase() === wanted)
    if (!room) throw new Refusal('NOT_FOUND', `There is no room “${name}” that you could join.`)
    if (!room.joined) await rooms.join(room.room_id)
    here.open(room.room_id)
  }

  /** @param {string} room_id */
  async #invite(room_id) {
    const { rooms, session, invites } = this.#nouns
    const room = rooms.get(room_id)
    if (room?.kind === 'group') return this.#tell('invite', { title: `Invite into ${room.name}`, ...(await invites.make(room_id)) })
    if (!session.isAdmin) throw new Refusal('FORBIDDEN', 'Everybody here can join this room. Only admins invite to the server.')
    this.#tell('invite', { title: 'Invite to this server', ...(await invites.make('')) })
  }

  /** @param {boolean} dnd */
  #disturb(dnd) {
    this.#nouns.levels.choose({ dnd })
    return { say: dnd ? 'Nothing disturbs you now. /dnd ends it.' : 'You will be told again.' }
  }

  /** @param {string} room_id */
  #mute(room_id) {
    const { rooms, levels } = this.#nouns
    const room = rooms.get(room_id)
    if (!room) return
    const silent = levels.of(room) === 'none'
    levels.set(room_id, silent ? (room.kind === 'group' ? 'all' : 'mentions') : 'none')
    return { say: silent ? 'You will be told again of this room.' : 'You will not be told of this room. /mute ends it.' }
  }

  /**
   * @param {string} type
   * @param {object} [detail]
   */
  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }))
  }
}

/**
 * @param {string} rest
 * @param {string} what
 */
function needed(rest, what) {
  if (!rest) throw new Refusal('BAD_REQUEST', `Write ${what} after it.`)
  return rest
}
