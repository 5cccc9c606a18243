/**
 * The open invites into a room (`place`), or into the server where there is none: making one, and revoking.
 */

import { labelled, make, select, theirs } from './make.js'
import { asked } from './dialog.js'
import { Rows, View } from './view.js'

/** @typedef {import('../invites.js').Invite} Invite */

const HOUR_MS = 3_600_000
const USES = /** @type {Array<[string, string]>} */ ([['1', 'one person'], ['5', '5 people'], ['25', '25 people'], ['100', '100 people']])
const TIMES = /** @type {Array<[string, string]>} */ ([
  [`${HOUR_MS}`, 'an hour'], [`${24 * HOUR_MS}`, 'a day'], [`${7 * 24 * HOUR_MS}`, 'a week'], [`${30 * 24 * HOUR_MS}`, '30 days'],
])

export class InviteList extends View {
  #rows = /** @type {Rows<Invite> | null} */ (null)

  enter() {
    const { invites, presence } = this.house
    const list = make('ul', { class: 'lines', 'aria-label': 'Open invites' })
    this.replaceChildren(
      make('h3', {}, 'Invites'),
      make('form', { class: 'along', submit: (event) => void this.#make(event) },
        labelled('For', select(USES, '1', { 'data-part': 'uses' })), labelled('Good for', select(TIMES, `${24 * HOUR_MS}`, { 'data-part': 'ttl' })),
        make('button', { class: 'strong' }, 'Make a link')),
      make('p', { class: 'faint', part: 'none' }, 'No invite is open.'), list)
    this.#rows = new Rows(list, (invite) => this.#row(invite), () => {})
    this.follow(invites, presence)
    this.fetch(() => invites.load(this.#place))
  }

  draw() {
    const open = this.house.invites.of(this.#place)
    this.#rows?.draw(open.map((row) => ({ key: `${row.invite_id} ${row.uses} ${this.#maker(row)}`, version: '', row })))
    this.the('none').hidden = open.length > 0 || !this.house.invites.known(this.#place)
  }

  get #place() {
    return this.dataset.place ?? ''
  }

  /** @param {Invite} invite */
  #maker({ created_by }) {
    return created_by ? this.house.presence.nameOf(created_by) : 'the server'
  }

  /** @param {Invite} invite */
  #row(invite) {
    const { invite_id, uses, max_uses, expires_at, note } = invite
    const until = new Date(expires_at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
    return make('li', {},
      make('span', { class: 'grow' }, `Used ${uses} of ${max_uses}, by `, theirs(this.#maker(invite)), make('span', { class: 'faint' }, ` until ${until}`),
        note && make('p', { class: 'faint', dir: 'auto' }, note)),
      make('button', { class: 'small', 'aria-label': `Revoke the invite until ${until}`, click: () => void this.#revoke(invite_id) }, 'Revoke'))
  }

  /** @param {SubmitEvent} event */
  #make(event) {
    event.preventDefault()
    const { invites, notices, rooms } = this.house
    const place = this.#place
    const wanted = { max_uses: Number(this.the('uses', HTMLSelectElement).value), ttl_ms: Number(this.the('ttl', HTMLSelectElement).value) }
    return notices.tryTo(async () => {
      const made = await invites.make(place, wanted)
      const detail = { title: place ? `Invite into ${rooms.get(place)?.name ?? 'the room'}` : 'Invite to this server', ...made }
      document.querySelector('invite-box')?.dispatchEvent(new CustomEvent('made', { detail }))
    })
  }

  /** @param {string} invite_id */
  async #revoke(invite_id) {
    const { invites, notices } = this.house
    const text = 'Nobody can come in by this link any more. Whoever came in stays.'
    if (await asked({ title: 'Revoke this invite?', text, deed: 'Revoke it' })) await notices.tryTo(() => invites.revoke(this.#place, invite_id))
  }
}
