/**
 * Who is banned from a room (`place`), why, and letting them back in; for its moderators. Says nothing while there is nobody.
 */

import { asked } from './dialog.js'
import { make, theirs } from './make.js'
import { View } from './view.js'

/** @typedef {import('../protocol.js').BannedUser} BannedUser */

export class BanList extends View {
  enter() {
    const { members } = this.house
    this.on(members, 'order', ({ detail }) => detail.room_id === this.#place && void this.#load())
    void this.#load()
  }

  get #place() {
    return this.dataset.place ?? ''
  }

  async #load() {
    const bans = await this.house.members.bans(this.#place).catch(() => []) // no moderator any more: the panel will see to it
    const rows = bans.map((ban) => this.#row(ban))
    this.replaceChildren(...(rows.length ? [make('h3', {}, 'Banned'), make('ul', { class: 'lines', 'aria-label': 'Banned from this room' }, ...rows)] : []))
  }

  /** @param {BannedUser} ban */
  #row({ user_id, display_name, handle, reason, banned_at }) {
    const when = new Date(banned_at).toLocaleDateString()
    return make('li', {},
      make('span', { class: 'grow' }, theirs(display_name, 'name'), ' ', make('span', { class: 'faint' }, `@${handle}, ${when}`), reason && make('p', { class: 'faint', dir: 'auto' }, reason)),
      make('button', { class: 'small', 'aria-label': `Let ${display_name} back in`, click: () => void this.#unban(user_id, display_name) }, 'Let back in'))
  }

  /**
   * @param {string} user_id
   * @param {string} name
   */
  async #unban(user_id, name) {
    const { members, notices } = this.house
    const answer = await asked({ title: `Let ${name} back in?`, text: 'They may enter this room again.', deed: 'Lift the ban', reason: true })
    if (answer) await notices.tryTo(() => members.unban({ room_id: this.#place, user_id, reason: answer.reason }))
  }
}
