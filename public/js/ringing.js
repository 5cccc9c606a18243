/**
 * Calling me when a call begins in a room from which all calls me, and I do not see it: in the ways that I allow, by the one tab that
 * calls. What was running when I came in rings no more; the line goes when I join, or when the call is over.
 */

/** @typedef {import('./alerts.js').Line} Line */
/** @typedef {import('./protocol.js').ListedRoom} Room */

export class Ringing {
  #doors
  /** The newest call of each room that I have heard of. */
  #heard = /** @type {Map<string, {call_id: string, line: Line | null}>} */ (new Map())
  #came = false

  /**
   * @param {Pick<import('./app.js').Nouns, 'rooms' | 'session' | 'levels' | 'presence' | 'here' | 'desk'>
   *   & {alerts: Pick<import('./alerts.js').Alerts, 'mayCall'>}} doors
   */
  constructor(doors) {
    this.#doors = doors
    doors.rooms.addEventListener('change', () => this.#look())
    doors.session.addEventListener('gone', () => {
      for (const room_id of this.#heard.keys()) this.#over(room_id)
      this.#came = false
    })
  }

  #look() {
    const { rooms } = this.#doors
    if (!rooms.loaded) return
    for (const room_id of this.#heard.keys()) if (!rooms.mine(room_id)) this.#over(room_id)
    for (const room of rooms.all()) if (room.joined) this.#hear(room)
    this.#came = true
  }

  /** @param {Room} room */
  #hear(room) {
    const { room_id, call_id, call_user_ids = [] } = room
    const { session, levels } = this.#doors
    const mine = call_user_ids.includes(session.user?.user_id ?? '')
    const known = this.#heard.get(room_id)
    if (known && (mine || known.call_id !== call_id)) this.#close(known)
    if (!call_id) return void this.#heard.delete(room_id)
    const [caller] = call_user_ids
    if (known?.call_id === call_id || !caller) return // who began it is told in a moment
    const call = { call_id, line: null }
    this.#heard.set(room_id, call)
    if (this.#came && !mine && levels.of(room) === 'all') void this.#ring(room, caller, call)
  }

  /**
   * @param {Room} room
   * @param {string} caller
   * @param {{call_id: string, line: Line | null}} call
   */
  async #ring({ room_id, name }, caller, call) {
    const { alerts, levels, desk, presence, here } = this.#doors
    if (levels.ways.dnd || !(await alerts.mayCall(room_id)) || this.#heard.get(room_id) !== call) return
    const title = `${presence.nameOf(caller)} started a call in ${name}`
    if (levels.ways.sound) desk.sound('call')
    if (levels.ways.desktop) call.line = desk.call({ title, body: 'Join with one click.', tag: `call ${room_id}`, room_id, seq: 0, open: () => here.open(room_id) })
  }

  /** @param {string} room_id */
  #over(room_id) {
    const known = this.#heard.get(room_id)
    if (known) this.#close(known)
    this.#heard.delete(room_id)
  }

  /** @param {{line: Line | null}} call */
  #close(call) {
    call.line?.close()
    call.line = null
  }
}
