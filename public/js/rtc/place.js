/**
 * My place in a call, as the server keeps it: taken, taken back after every fall of the connection or of the server, given up. Media is
 * not its concern and goes on meanwhile. A place is taken back with the same peer id, within the grace time that the server gives.
 *
 * Tells `change`, `seated` {participants} each time the place is taken, and `out` when it is no more.
 */

import { untilAnswered } from '../again.js'
import { Request } from '../protocol.js'
import { refusal } from '../refusal.js'
import { CAN_STOP, CAN_WANT } from './roster.js'

/** @typedef {'out' | 'joining' | 'in' | 'away'} State */
/** @typedef {import('../protocol.js').RtcParticipants} Participants */

const META = { device: 'browser', capabilities: [CAN_STOP, CAN_WANT] }
const MEDIA = { audio: true, video: true }
const TRIES = 3

export class Place extends EventTarget {
  #doors
  #turn = 0
  #asking = 0
  /** Given up while nobody could be told. */
  #left = /** @type {{call_id: string, peer_id: string} | null} */ (null)
  state = /** @type {State} */ ('out')
  room_id = ''
  call_id = ''
  self_peer_id = ''
  /** Why I am not in the call that I wanted, in a sentence. */
  problem = ''

  /** @param {{socket: import('../socket.js').Socket, clock: import('../clock.js').Clock}} doors */
  constructor(doors) {
    super()
    this.#doors = doors
    doors.socket.addEventListener('state', () => this.#connection())
  }

  /** The answer to a place asked for is still to come: what is heard now belongs after it. */
  get asking() {
    return this.#asking > 0
  }

  /**
   * @param {string} room_id
   * @returns {Promise<void>} when I am in, or not: then there is a problem
   */
  async take(room_id) {
    const turn = ++this.#turn
    Object.assign(this, { room_id, call_id: '', self_peer_id: '', problem: '' })
    this.#become('joining')
    await this.#enter(turn)
  }

  /** The server lives anew, or has let go of my place: take it again. */
  async again() {
    if (this.state !== 'in' && this.state !== 'away') return
    const turn = ++this.#turn
    this.#become('away')
    try {
      await this.#sit(turn, this.call_id)
    } catch (error) {
      if (turn !== this.#turn) return
      if (refusal(error).code === 'NOT_FOUND') await this.#enter(turn)
      else this.#failed(error)
    }
  }

  /** @returns {Promise<void>} */
  async leave() {
    const { state, call_id, self_peer_id } = this
    if (state === 'out') return
    this.over('')
    if (!call_id) return
    const gone = self_peer_id ? { call_id, peer_id: self_peer_id } : { call_id }
    await this.#doors.socket.ask(Request.RtcLeave, gone).catch((error) => {
      if (refusal(error).passing && self_peer_id) this.#left = { call_id, peer_id: self_peer_id }
    })
  }

  /** @param {string} problem */
  over(problem) {
    this.#turn++
    this.problem = problem
    Object.assign(this, { room_id: '', call_id: '', self_peer_id: '' })
    this.#become('out')
    this.dispatchEvent(new CustomEvent('out'))
  }

  /**
   * Something in the call could not be done; I am in it none the less.
   * @param {string} problem
   */
  complain(problem) {
    this.problem = problem
    this.#become(this.state)
  }

  /** @param {number} turn */
  async #enter(turn) {
    try {
      for (let tries = 1; turn === this.#turn; tries++) if (await this.#tryEnter(turn, tries === TRIES)) return
    } catch (error) {
      if (turn === this.#turn) this.#failed(error)
    }
  }

  /**
   * The call that is found may end before I am in it.
   * @param {number} turn
   * @param {boolean} last
   */
  async #tryEnter(turn, last) {
    const { call_id } = await this.#ask(Request.RtcCallCreate, { room_id: this.room_id, kind: 'mesh', media: MEDIA })
    if (turn !== this.#turn) return true
    this.call_id = call_id
    try {
      await this.#sit(turn, call_id)
      return true
    } catch (error) {
      if (last || refusal(error).code !== 'NOT_FOUND') throw error
      return false
    }
  }

  /**
   * @param {number} turn
   * @param {string} call_id
   */
  async #sit(turn, call_id) {
    const resume = this.self_peer_id ? { resume_peer_id: this.self_peer_id } : {}
    this.#asking++
    try {
      const participants = await this.#ask(Request.RtcJoin, { call_id, peer_meta: META, ...resume })
      if (turn === this.#turn) this.#seated(participants)
    } finally {
      this.#asking--
    }
  }

  /** @param {Participants} participants */
  #seated(participants) {
    const { call_id, self_peer_id } = participants
    Object.assign(this, { call_id, self_peer_id, state: 'in', problem: '' })
    this.dispatchEvent(new CustomEvent('seated', { detail: participants }))
    this.#become('in')
  }

  /** @param {unknown} error */
  #failed(error) {
    const why = refusal(error)
    if (this.state === 'away' && (why.passing || !this.#doors.socket.live)) return // the next connection takes it back
    this.over(sentence(why))
  }

  #connection() {
    const { socket } = this.#doors
    if (socket.live && this.#left) void socket.ask(Request.RtcLeave, this.#left).catch(() => {})
    if (socket.live) this.#left = null
    if (socket.live && this.state === 'away') void this.again()
    else if (!socket.live && this.state === 'in') this.#become('away')
  }

  /**
   * @param {string} t
   * @param {object} body
   */
  #ask(t, body) {
    return untilAnswered(() => this.#doors.socket.ask(t, body), this.#doors)
  }

  /** @param {State} state */
  #become(state) {
    this.state = state
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/** @param {import('../refusal.js').Refusal} why */
export function sentence({ code, message }) {
  if (code === 'NOT_FOUND') return 'You are not in this room any more, so you cannot join its call.'
  if (code === 'OFFLINE' || code === 'LOST') return 'There is no connection to the server. Join again when it is back.'
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`
}
