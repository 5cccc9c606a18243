/**
 * Who is in the open room and how they are; and keeping order among them, for those who may.
 */

import { BOT } from '../bot-commands.js'
import { deedsOn, moderates, myRank, rankOf } from '../order.js'
import { asked } from './dialog.js'
import { openMenu } from './menu.js'
import { fillTime } from './time.js'
import { clone, the, Rows, View } from './view.js'

/** @typedef {import('../protocol.js').Member} Member */
/** @typedef {import('../order.js').Deed} Deed */
/** @typedef {Member & {here: boolean, status: string, text: string, muted: number, deeds: Deed[]}} Row */

const ROLES = new Map([['owner', 'owner'], ['mod', 'moderator']])
const GIVE = new Map(/** @type {const} */ ([['owner', 'Make owner'], ['mod', 'Make moderator'], ['member', 'Make ordinary member']]))

const NAMES = new Map(/** @type {Array<[Deed, string]>} */ ([['unmute', 'Unmute…'], ['kick', 'Put out of the room…'], ['ban', 'Ban from the room…']]))
const MINUTE_MS = 60_000
const MUTES = /** @type {const} */ ([['10 minutes', 10 * MINUTE_MS], ['an hour', 60 * MINUTE_MS], ['a day', 24 * 60 * MINUTE_MS]])

export class MemberList extends View {
  #rows = /** @type {Rows<Row> | null} */ (null)

  enter() {
    const { members, presence, here, rooms, session, botCommands } = this.house
    this.follow(members, presence, here, rooms, session, botCommands)
    this.#rows = new Rows(this.the('list'), () => clone('member-row'), (element, row) => this.#fill(element, row))
    this.on(this.the('close'), 'click', () => here.back())
    this.on(this.the('add-bot'), 'click', () => void this.#addBot(this.the('add-bot')))
  }

  draw() {
    const { here, rooms, session } = this.house
    this.hidden = here.side !== 'members'
    if (this.hidden) return
    const rows = this.#all()
    this.#rows?.draw(rows.map((row) => ({ key: row.user_id, version: JSON.stringify(row), row })))
    this.the('count').textContent = String(rows.length)
    this.the('add-bot').hidden = !moderates(myRank(rooms.get(here.room_id), session.isAdmin))
  }

  /** @returns {Row[]} those who are here first, then by role and name */
  #all() {
    const { members, presence, here, rooms, session, botCommands } = this.house
    const all = members.of(here.room_id)
    const rank = myRank(rooms.get(here.room_id), session.isAdmin)
    const answers = presence.loaded && botCommands.of(here.room_id).length > 0 // the built-in bot has no connection that could be seen
    const rows = all.map((member) => {
      const { status = 'online', text = '' } = presence.get(member.user_id) ?? {}
      const display_name = presence.nameOf(member.user_id, member.display_name)
      const muted = members.mutedUntil(here.room_id, member.user_id)
      const deeds = deedsOn(rank, session.user?.user_id ?? '', member, all, muted > 0)
      return { ...member, display_name, here: presence.isOnline(member.user_id) || (answers && member.user_id === BOT), status, text, muted, deeds }
    })
    return rows.sort((one, other) => Number(other.here) - Number(one.here) || rankOf(other.role) - rankOf(one.role)
      || one.display_name.localeCompare(other.display_name) || one.user_id.localeCompare(other.user_id))
  }

  /**
   * @param {HTMLElement} element
   * @param {Row} row
   */
  #fill(element, row) {
    const { display_name, handle, role, bot, here, status, text, muted, deeds } = row
    const state = here ? status : 'offline'
    the(element, 'name').textContent = display_name
    the(element, 'handle').textContent = `@${handle}`
    the(element, 'bot').hidden = !bot
    the(element, 'role').textContent = ROLES.get(role) ?? ''
    the(element, 'muted').hidden = !muted
    if (muted) fillTime(the(element, 'until', HTMLTimeElement), muted)
    the(element, 'online').textContent = state
    the(element, 'text').textContent = text
    element.dataset.status = here ? status : 'gone'
    const more = the(element, 'more')
    more.hidden = deeds.length === 0
    more.setAttribute('aria-label', `Actions for ${display_name}`)
    more.onclick = () => openMenu(more, this.#items(row))
  }

  /** @param {HTMLElement} button */
  async #addBot(button) {
    const { here: { room_id }, members, rooms, notices } = this.house
    const bots = await notices.tryTo(() => members.botsOutside(room_id))
    if (bots?.length === 0) notices.say('There is no other bot. Admins make bots under Server.')
    if (!bots?.length) return
    const text = 'Like any member it can read all that is said here, from now on and before, and so can whoever runs it.'
    const about = (/** @type {string} */ id, /** @type {string} */ name) => (id === BOT ? ` Say “${name} help” then to see what it can do.` : '')
    openMenu(button, bots.map(({ user_id, display_name, handle }) => ({
      name: display_name, about: ` @${handle}${user_id === BOT ? ', built in: polls, reminders and more' : ''}`,
      deed: () => void this.#do({ title: `Add ${display_name} to ${rooms.get(room_id)?.name}?`, text: text + about(user_id, display_name), deed: 'Add the bot' }, () => members.addBot(room_id, user_id)),
    })))
  }

  /**
   * @param {Row} row
   * @returns {import('./menu.js').Item[]}
   */
  #items({ user_id, display_name, deeds }) {
    const { here: { room_id }, members } = this.house
    const whom = { room_id, user_id }
    /** @type {Record<Deed, () => void>} */
    const doing = {
      mute: () => {},
      unmute: () => this.#do({ title: `Let ${display_name} write again?`, text: 'They may write here at once.', deed: 'Unmute', reason: true },
        (reason) => members.unmute({ ...whom, reason })),
      kick: () => this.#do({ title: `Put ${display_name} out?`, text: 'They may come back, by the room list or a new invite.', deed: 'Put out', reason: true },
        (reason) => members.kick({ ...whom, reason })),
      ban: () => this.#do({ title: `Ban ${display_name} from this room?`, text: 'They are put out and cannot come back until the ban is lifted.', deed: 'Ban', reason: true },
        (reason) => members.ban({ ...whom, reason })),
      owner: () => this.#give(whom, display_name, 'owner', 'Owners may do everything here, as you do: also to you.'),
      mod: () => this.#give(whom, display_name, 'mod', 'Moderators invite, put out, ban, delete messages and change the room\'s name and topic.'),
      member: () => this.#give(whom, display_name, 'member', 'They read and write here, and keep no order any more.'),
    }
    return deeds.flatMap((deed) => (deed === 'mute' ? this.#mutes(whom, display_name) : {
      name: NAMES.get(deed) ?? `${GIVE.get(/** @type {any} */ (deed))}…`,
      deed: doing[deed], grave: deed === 'kick' || deed === 'ban',
    }))
  }

  /**
   * @param {{room_id: string, user_id: string}} whom
   * @param {string} name
   * @returns {import('./menu.js').Item[]}
   */
  #mutes(whom, name) {
    const { members } = this.house
    const text = 'They read on, and may write here again when the time is over.'
    return MUTES.map(([time, ttl_ms]) => ({
      name: `Mute for ${time}…`,
      deed: () => this.#do({ title: `Mute ${name} for ${time}?`, text, deed: 'Mute', reason: true }, (reason) => members.mute({ ...whom, reason }, ttl_ms)),
    }))
  }

  /**
   * @param {{room_id: string, user_id: string}} whom
   * @param {string} name
   * @param {'owner' | 'mod' | 'member'} role
   * @param {string} text
   */
  #give({ room_id, user_id }, name, role, text) {
    const { members } = this.house
    return this.#do({ title: `${GIVE.get(role)}: ${name}?`, text, deed: GIVE.get(role) ?? '' }, () => members.setRole(room_id, user_id, role))
  }

  /**
   * @param {import('./dialog.js').Question} question
   * @param {(reason: string) => Promise<unknown>} deed
   */
  async #do(question, deed) {
    const answer = await asked(question)
    if (answer) await this.house.notices.tryTo(() => deed(answer.reason))
  }
}
