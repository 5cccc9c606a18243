/** Hubot's side: what the rooms say becomes Hubot's messages, and what scripts say becomes the rooms'. */

import { randomUUID } from 'node:crypto'
import { Adapter, EnterMessage, LeaveMessage, TextMessage, TopicMessage } from 'hubot'
import { Line } from './line.mjs'
import { Link } from './link.mjs'
import { Outbox } from './outbox.mjs'
import { People } from './people.mjs'
import { pieces, topicOf } from './pieces.mjs'
import { Places } from './places.mjs'
import { Reading } from './reading.mjs'
import { scriptsOf } from './scripts.mjs'
import { Hopeless, settings } from './settings.mjs'

const NO_USE_AGAIN = 78
/** The exit code that service managers may be told not to start again after: sysexits' EX_CONFIG. */
const GONE = new Set(['leave', 'kick', 'ban'])

/** A topic is no text that somebody says: Hubot's TopicMessage is one, so that `hear` would hear it. */
class Topic extends TopicMessage {
  match() {
    return null
  }
}

export class Devchitchat extends Adapter {
  #env
  #outbox = new Outbox()
  #places
  #people
  #reading
  #line = /** @type {Line | null} */ (null)
  #link = /** @type {Link | null} */ (null)
  #self = ''
  #events = Promise.resolve()
  #told = []

  constructor(robot, env = process.env) {
    super(robot)
    this.name = 'Devchitchat'
    this.#env = env
    this.#places = new Places(robot.logger)
    this.#people = new People(robot.brain)
  }

  async run() {
    try {
      const said = settings(this.#env)
      if (said.open) this.robot.logger.warn(`devchitchat: ${said.url} is not encrypted: whoever is on the way can read the token`)
      this.#reading = new Reading(said.catchUp, (room_id, msg) => this.#read(room_id, msg), this.robot.logger)
      scriptsOf(this.robot).then(() => this.#reading.release())
      const ours = { welcome: (link, hello) => this.#welcome(said, link, hello), hear: (frame) => this.#hear(frame) }
      this.#line = new Line(said, ours, this.robot.logger, (url, hear) => {
        this.#reading.hold()
        return (this.#link = new Link(url, hear))
      })
      this.#line.keep().catch((error) => this.#leave(error))
    } catch (error) {
      this.#leave(error)
    }
  }

  async send(envelope, ...strings) {
    return this.#say(envelope, strings)
  }

  async reply(envelope, ...strings) {
    const { id, name } = envelope.user
    const meant = { mentions: [id], reply_to_msg_id: /^m_/.test(envelope.message?.id) ? envelope.message.id : undefined }
    return this.#say(envelope, strings.map((each) => `@${name} ${each}`), meant)
  }

  async emote(envelope, ...strings) {
    return this.#say(envelope, strings.map((each) => `*${each}*`))
  }

  /** There are no sounds here: it is said which one it would be. */
  async play(envelope, ...strings) {
    return this.emote(envelope, ...strings.map((each) => `plays ${each}`))
  }

  /** All that is said here is kept. */
  async locked(envelope, ...strings) {
    return this.send(envelope, ...strings)
  }

  async topic(envelope, ...strings) {
    const topic = topicOf(strings.join(' '))
    return this.#post('room.update', placeOf(envelope), { topic })
  }

  close() {
    this.#line?.close()
    super.close()
  }

  /** All strings are posted before anything waits: so what a script says stays in its order, awaited or not. */
  #say(envelope, strings, meant = {}) {
    const place = placeOf(envelope)
    const texts = strings.flatMap((each) => pieces(String(each ?? '')))
    return Promise.all(texts.map((text) => this.#post('msg.send', place, { ...meant, text, client_msg_id: `hubot-${randomUUID()}` })))
  }

  /** A refusal is told in the log and goes no further: a script that does not await would end the process by it. */
  async #post(t, place, body) {
    try {
      return await this.#outbox.post(t, async (link) => ({ ...body, room_id: await this.#places.idOf(link, place) }))
    } catch (error) {
      this.robot.logger.error(`devchitchat: could not ${t} in ${place}: ${error.message}`)
    }
  }

  async #welcome(said, link, { session, epoch }) {
    this.#self = session.user.user_id
    this.robot.name = session.user.handle
    const fresh = await this.#places.enter(link, said)
    this.#reading.begin(link, epoch, this.#places.all, fresh)
    const { entered } = this.#places
    this.robot.logger.info(`devchitchat: here as @${this.robot.name}, in ${entered.length} rooms`)
    this.#outbox.open(link)
    this.emit('connected')
    for (const { room_id } of entered) await this.#people.meet(link, room_id)
  }

  #hear({ t, body, id }) {
    if (t === 'msg.event') this.#reading.hear(body.room_id, body.msg)
    else if (t === 'room.member_event') this.#then(() => this.#moved(body))
    else if (t === 'room.updated') this.#then(() => this.#topic(body, id))
    else if (t === 'room.deleted') this.#forget(body.room_id)
  }

  /** What needs a look at the server before it can be told waits for what came before it. */
  #then(tell) {
    this.#events = this.#events.then(tell).catch((error) => this.robot.logger.warn(`devchitchat: an event was lost: ${error.message}`))
  }

  #read(room_id, { user_id, user_handle, text, msg_id, bot }) {
    if (bot || user_id === this.#self) return
    this.#tell(new TextMessage(this.#people.user(user_id, user_handle, room_id), text, msg_id))
  }

  async #moved({ room_id, kind, target_user_id }) {
    if (target_user_id === this.#self) {
      if (GONE.has(kind)) this.#forget(room_id)
      else if (kind === 'join') await this.#added(room_id)
    } else if (kind === 'join' || GONE.has(kind)) {
      const user = await this.#people.find(this.#link, target_user_id, room_id)
      this.#tell(kind === 'join' ? new EnterMessage(user) : new LeaveMessage(user))
    }
  }

  /** Somebody put the bot into a room, while it is here. */
  async #added(room_id) {
    if (this.#places.entered.some((room) => room.room_id === room_id)) return
    await this.#places.list(this.#link)
    await this.#people.meet(this.#link, room_id)
  }

  async #topic({ room_id, name, topic, actor_user_id }, id) {
    if (!this.#places.updated({ room_id, name, topic }) || !actor_user_id || actor_user_id === this.#self) return
    this.#tell(new Topic(await this.#people.find(this.#link, actor_user_id, room_id), topic, id))
  }

  #forget(room_id) {
    this.#places.forget(room_id)
    this.#reading.forget(room_id)
  }

  /**
   * One message a turn of the loop, so that those of one frame or page are answered in their order. Nobody waits for a script beyond that:
   * one that is slow keeps no other from hearing.
   */
  #tell(message) {
    if (this.#told.push(message) === 1) setImmediate(() => this.#next())
  }

  #next() {
    const message = this.#told.shift()
    if (this.#told.length) setImmediate(() => this.#next())
    this.receive(message).catch((error) => this.robot.logger.error(`devchitchat: ${error.stack}`))
  }

  /** There is no hope, or no sense in what happened: one line, and the end. */
  #leave(error) {
    this.robot.logger.error(`devchitchat: ${error instanceof Hopeless ? error.message : error.stack}`)
    this.robot.shutdown()
    process.exit(NO_USE_AGAIN)
  }
}

/** Of a message that nobody matched, Hubot makes a new one: its room is where its author spoke last, so the first one's counts. */
const placeOf = ({ message, room, user }) => message?.message?.room ?? room ?? user?.room
