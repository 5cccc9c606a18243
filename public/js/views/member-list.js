/**
 * Who is in the open room.
 */

import { clone, the, Rows, View } from './view.js'

/** @typedef {import('../protocol.js').Member} Member */
/** @typedef {Member & {here: boolean}} Row */

const ROLES = new Map([['owner', 'owner'], ['mod', 'moderator']])

export class MemberList extends View {
  #rows = /** @type {Rows<Row> | null} */ (null)

  enter() {
    const { members, presence, here } = this.house
    this.follow(members, presence, here)
    this.#rows = new Rows(this.the('list'), () => clone('member-row'), fill)
    this.on(this.the('close'), 'click', () => here.beside('members'))
  }

  draw() {
    const { members, presence, here } = this.house
    this.hidden = here.side !== 'members'
    const rows = members.of(here.room_id).map((member) => ({ ...member, here: presence.isOnline(member.user_id) }))
    this.#rows?.draw(rows.map((row) => ({ key: row.user_id, version: JSON.stringify(row), row })))
    this.the('count').textContent = String(rows.length)
  }
}

/**
 * @param {HTMLElement} element
 * @param {Row} member
 */
function fill(element, { display_name, handle, role, here }) {
  the(element, 'name').textContent = display_name
  the(element, 'handle').textContent = `@${handle}`
  the(element, 'role').textContent = ROLES.get(role) ?? ''
  the(element, 'online').textContent = here ? 'online' : 'away'
  element.classList.toggle('online', here)
}
