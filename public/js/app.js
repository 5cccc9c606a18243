/**
 * The composition root: makes every noun and says who listens to whom. Knows no page: what is outside (socket, storage, clock,
 * address) is handed in, by main.js or by a test.
 */

import { Absence } from './absence.js'
import { Accounts } from './accounts.js'
import { Alerts, NO_DESK } from './alerts.js'
import { Archive } from './archive.js'
import { BOT, BotCommands } from './bot-commands.js'
import { Cache } from './cache.js'
import { Commands } from './commands.js'
import { Devices } from './devices.js'
import { RecentEmoji } from './emoji.js'
import { FirstSteps } from './first-steps.js'
import { Deeds } from './deeds.js'
import { Here } from './here.js'
import { Invites } from './invites.js'
import { Lease } from './lease.js'
import { Levels } from './levels.js'
import { Marks } from './marks.js'
import { Members } from './members.js'
import { Messages } from './messages.js'
import { Newness } from './newness.js'
import { Notices } from './notices.js'
import { Outbox } from './outbox.js'
import { Presence } from './presence.js'
import { Event as Told } from './protocol.js'
import { Qr } from './qr.js'
import { Ringing } from './ringing.js'
import { Rooms } from './rooms.js'
import { callNouns } from './rtc/compose.js'
import { closedDoors } from './rtc/doors.js'
import { CallSettings } from './rtc/settings.js'
import { Search } from './search.js'
import { Session } from './session.js'
import { Shell } from './shell.js'
import { Shelf } from './shelf.js'
import { Socket } from './socket.js'
import { Theme } from './theme.js'
import { followTickets } from './tickets.js'
import { Typing } from './typing.js'
import { WayIn } from './way-in.js'

const PUT_OUT = new Map([['kick', 'put out of'], ['ban', 'banned from']])

/** @typedef {ReturnType<typeof makeNouns>} Nouns */
/** @typedef {ReturnType<typeof compose>} House */

/**
 * @typedef {object} Doors
 * @property {() => WebSocket} open
 * @property {typeof fetch} fetch
 * @property {Storage | null} storage
 * @property {LockManager | undefined} locks
 * @property {import('./clock.js').Clock} clock
 * @property {() => number} random
 * @property {() => boolean} online
 * @property {() => string} newId unlike any other, in letters, digits and underscores
 * @property {{read: () => string, write: (hash: string) => void}} place
 * @property {() => boolean} [narrow] whether the page has space for one pane only
 * @property {{name: string, ver: string, platform: string, ua?: string}} client
 * @property {ServiceWorkerContainer} [worker]
 * @property {() => string} [workerUrl]
 * @property {import('./alerts.js').Desk} [desk]
 * @property {import('./rtc/doors.js').RtcDoors} [rtc]
 */

/** @param {Doors} doors */
export function compose(doors) {
  const nouns = makeNouns(doors)
  keepUp(nouns)
  keepClean(nouns)
  tellWhoIsPutOut(nouns)
  followTickets(nouns)
  const commands = new Commands(nouns)
  const alerts = new Alerts({ ...nouns, locks: doors.locks })
  const ringing = new Ringing({ ...nouns, alerts })
  return { ...nouns, commands, alerts, ringing, heard: (/** @type {StorageEvent} */ event) => heard(nouns, event), settle: () => settle(nouns) }
}

/** @param {Doors} doors */
function makeNouns(doors) {
  const { clock } = doors
  const shelf = new Shelf(doors.storage)
  const cache = new Cache(shelf)
  const socket = new Socket(doors)
  const session = new Session({ socket, cache, fetch: doors.fetch })
  const rooms = new Rooms({ socket, cache, clock, session })
  const messages = new Messages({ socket, cache, clock })
  const lease = new Lease({ shelf, locks: doors.locks, clock, owner: doors.newId() })
  const user = () => session.user?.user_id ?? ''
  const outbox = new Outbox({ socket, shelf, lease, clock, newId: doors.newId, user })
  const presence = new Presence({ socket, clock })
  const notices = new Notices({ clock })
  const levels = new Levels({ shelf, user })
  const callSettings = new CallSettings({ shelf, user })
  const desk = doors.desk ?? NO_DESK
  const rtc = doors.rtc ?? closedDoors()
  return {
    ...callNouns({ ...doors, socket, session, presence, shelf, user, notices, levels, settings: callSettings, desk, rtc }),
    cache, socket, session, rooms, messages, outbox,
    absence: new Absence({ socket, rooms, messages }),
    marks: new Marks({ socket, clock }),
    members: new Members({ socket, clock }),
    presence,
    accounts: new Accounts({ socket }),
    archive: new Archive({ socket, clock }),
    devices: new Devices({ socket }),
    invites: new Invites({ socket }),
    qr: new Qr(doors),
    wayIn: new WayIn({ fetch: doors.fetch, origin: rtc.origin }),
    steps: new FirstSteps({ shelf, session, rooms, presence }),
    typing: new Typing({ socket, clock, session }),
    deeds: new Deeds({ socket, clock, messages, rooms, session, shelf, cache }),
    newness: new Newness(),
    levels, callSettings, notices, desk,
    botCommands: new BotCommands({ socket, clock, newId: doors.newId }),
    recentEmoji: new RecentEmoji({ shelf, user }),
    search: new Search({ socket }),
    here: new Here(doors.place, doors.narrow),
    theme: new Theme(doors),
    shell: new Shell({ worker: doors.worker, url: doors.workerUrl ?? (() => '/sw.js') }),
    clock,
  }
}

/**
 * The open room first, then whatever room has something new.
 * @param {Nouns} nouns
 */
function keepUp({ socket, rooms, messages, members, marks, outbox, session, here, shell, botCommands }) {
  let seen = ''
  const look = () => {
    const mine = rooms.mine(here.room_id)
    if (mine) void messages.sync(here.room_id)
    const now = `${here.room_id} ${mine} ${socket.life}`
    if (mine && socket.live && seen !== now) void members.load(here.room_id)
    seen = now
  }
  let caughtUp = 0
  const behind = async () => {
    if (!rooms.loaded || caughtUp === socket.life) return
    caughtUp = socket.life
    for (const { room_id, joined, last_seq } of rooms.all()) {
      if (socket.live && joined && last_seq > messages.timeline(room_id).last) await messages.sync(room_id)
    }
  }
  rooms.addEventListener('change', () => {
    look()
    void behind()
  })
  socket.addEventListener('state', look)
  here.addEventListener('change', look)
  messages.addEventListener('change', (event) => {
    const { room_id } = /** @type {CustomEvent} */ (event).detail
    const timeline = messages.timeline(room_id)
    const fresh = timeline.standing === 'fresh'
    if (fresh) marks.delivered(room_id, timeline.last)
    const me = session.user?.user_id ?? ''
    outbox.handOver(room_id, ({ client_msg_id, seq = Infinity }) => timeline.holds(me, client_msg_id) || (fresh && seq <= timeline.last))
  })
  shell.addEventListener('open', (event) => {
    const { room_id, seq } = /** @type {CustomEvent} */ (event).detail
    here.open(room_id, seq)
  })
  members.addEventListener('change', (event) => {
    const { room_id } = /** @type {CustomEvent} */ (event).detail
    marks.learn(room_id, members.of(room_id))
    botCommands.seated(room_id, members.of(room_id).some(({ user_id }) => user_id === BOT))
  })
}

/**
 * What is no longer mine is forgotten.
 * @param {Nouns} nouns
 */
function keepClean({ session, rooms, messages, outbox, members, marks, presence, search, deeds, absence, here, accounts, archive, devices, invites, call, botCommands }) {
  rooms.addEventListener('left', (event) => {
    const { room_id } = /** @type {CustomEvent} */ (event).detail
    messages.forget(room_id)
    members.forget(room_id)
    botCommands.forget(room_id)
    if (here.room_id === room_id && !rooms.get(room_id)) here.open('')
  })
  const forget = () => [rooms, messages, members, marks, search, deeds, absence, outbox, botCommands].forEach((noun) => noun.reset())
  session.addEventListener('fresh', forget)
  session.addEventListener('gone', () => {
    forget()
    for (const noun of [call, presence, accounts, archive, devices, invites]) noun.reset()
    here.open('')
  })
}

/**
 * A room that is gone from the list all at once would leave whoever is put out of it to guess.
 * @param {Nouns} nouns
 */
function tellWhoIsPutOut({ socket, rooms, session, notices }) {
  socket.addEventListener(Told.RoomMemberEvent, (event) => {
    const { room_id, kind, target_user_id } = /** @type {CustomEvent} */ (event).detail
    const [room, how] = [rooms.get(room_id), PUT_OUT.get(kind)]
    if (room && how && target_user_id === session.user?.user_id) notices.say(`You were ${how} ${room.name}.`)
  })
}

/**
 * Another tab has written to what we share.
 * @param {Nouns} nouns
 * @param {StorageEvent} event
 */
function heard({ outbox, socket, session, levels, callSettings }, event) {
  const key = Shelf.changed(event)
  if (key === 'me' && event.newValue && session.standing === 'guest') socket.start()
  if (!key) return
  outbox.heard(key, Shelf.written(event))
  levels.heard(key)
  callSettings.heard(key)
}

/**
 * This page may end any moment: what waits a little to be done in one go is done now.
 * @param {Nouns} nouns
 */
function settle({ messages, marks }) {
  messages.settle()
  marks.settle()
}
