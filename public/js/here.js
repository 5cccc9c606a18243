/**
 * Where I am: which room is open, which pane a phone shows, what stands at the side. On a phone the list of rooms and the side are panels
 * over the room. The room is in the address, so that a reload
 * keeps it; a token that came with the address is taken out of it at once.
 *
 * Tells `change`, and `token` {kind, token} for an invite or a link that was opened.
 */

const TOKENS = new Set(['invite', 'room-invite', 'link'])

/** @typedef {'rooms' | 'room' | 'side'} Pane */
/** @typedef {'' | 'members' | 'search' | 'room'} Side */
/** @typedef {{kind: string, token: string}} Ticket */

export class Here extends EventTarget {
  #place
  #narrow
  room_id = ''
  pane = /** @type {Pane} */ ('rooms')
  side = /** @type {Side} */ ('')
  /** A message to show, once. */
  seq = 0
  /** The same of one whose seq is not known: its id. */
  sought = ''
  ticket = /** @type {Ticket | null} */ (null)

  /**
   * @param {{read: () => string, write: (hash: string) => void}} place the address's fragment
   * @param {() => boolean} [narrow] whether there is space for one pane only
   */
  constructor(place, narrow = () => false) {
    super()
    this.#place = place
    this.#narrow = narrow
    this.arrive()
  }

  /** The address was changed, by a person or by a link. */
  arrive() {
    const ticket = ticketIn(this.#place.read())
    if (ticket) this.ticket = ticket
    const asked = new URLSearchParams(this.#place.read().replace(/^#/, ''))
    const [room_id, seq] = [asked.get('room') ?? '', Number(asked.get('seq') ?? 0)]
    const spot = Number.isSafeInteger(seq) && seq > 0 ? seq : 0
    if (room_id && (asked.has('seq') || room_id !== this.room_id)) this.open(room_id, spot)
    else if (ticket) this.#place.write(this.#address())
    this.#tell()
  }

  /**
   * @param {string} room_id empty for none
   * @param {number} [seq]
   */
  open(room_id, seq = 0) {
    this.room_id = room_id
    this.seq = seq
    this.sought = ''
    this.pane = room_id ? 'room' : 'rooms'
    this.#place.write(this.#address())
    this.#tell()
  }

  /** @param {string} msg_id of this room; it is looked for as soon as there is a connection */
  seek(msg_id) {
    this.sought = msg_id
    this.#tell()
  }

  /** @param {Pane} pane */
  show(pane) {
    this.pane = pane
    this.#tell()
  }

  get narrow() {
    return this.#narrow()
  }

  /** Whether a panel lies over the room. */
  get over() {
    return this.narrow && (this.pane === 'side' || (this.pane === 'rooms' && this.room_id !== ''))
  }

  /** @param {Side} side */
  stands(side) {
    return this.side === side && (!this.narrow || this.pane === 'side')
  }

  /**
   * Opens it, or closes what stands there.
   * @param {Side} side
   */
  beside(side) {
    if (this.stands(side)) return this.back()
    this.side = side
    this.pane = 'side'
    this.#tell()
  }

  /** Closes what lies over the room or stands beside it. On a phone it keeps its content: it slides away with it. */
  back() {
    if (!this.narrow) this.side = ''
    this.pane = this.room_id ? 'room' : 'rooms'
    this.#tell()
  }

  /** Somebody went through the history: the address says where I am all the same. */
  keepAddress() {
    this.#place.write(this.#address())
  }

  /** The ticket was used, or is of no use. */
  discard() {
    this.ticket = null
    this.#tell()
  }

  /**
   * Where a message is found, as an address's fragment.
   * @param {string} room_id
   * @param {number} seq
   */
  link(room_id, seq) {
    return `#room=${encodeURIComponent(room_id)}&seq=${seq}`
  }

  #address() {
    return this.room_id ? `#room=${encodeURIComponent(this.room_id)}` : ''
  }

  #tell() {
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/**
 * An invite or link, from an address, a fragment or what somebody pasted.
 * @param {string} text
 * @returns {Ticket | null}
 */
export function ticketIn(text) {
  const hash = text.includes('#') ? text.slice(text.indexOf('#') + 1) : text
  for (const [kind, token] of new URLSearchParams(hash.trim())) if (TOKENS.has(kind) && token) return { kind, token }
  return null
}
