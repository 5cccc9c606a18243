/**
 * Everybody with an account but the bots, for admins: who is one, and who may come in at all.
 */

import { asked } from './dialog.js'
import { make, theirs } from './make.js'
import { openMenu } from './menu.js'
import { Rows, View } from './view.js'

/** @typedef {import('../accounts.js').Account} Account */

export class AccountList extends View {
  #rows = /** @type {Rows<Account> | null} */ (null)

  enter() {
    const { accounts } = this.house
    const list = make('ul', { class: 'lines', 'aria-label': 'Accounts' })
    this.replaceChildren(make('h3', {}, 'People'), list)
    this.#rows = new Rows(list, (account) => this.#row(account), () => {})
    this.follow(accounts)
    this.fetch(() => accounts.load())
  }

  draw() {
    this.#rows?.draw(this.house.accounts.all().filter(({ bot }) => !bot).map((row) => ({ key: JSON.stringify(row), version: '', row })))
  }

  /** @param {Account} account */
  #row(account) {
    const { display_name, handle, roles = [], banned } = account
    const tags = [roles.includes('admin') && 'admin', banned && 'banned'].filter(Boolean).join(', ')
    const items = this.#items(account)
    /** @param {MouseEvent} event */
    const open = ({ currentTarget }) => openMenu(/** @type {HTMLElement} */ (currentTarget), items)
    return make('li', {},
      make('span', { class: 'grow' }, theirs(display_name, 'name'), ' ', make('span', { class: 'faint' }, `@${handle}`)), make('span', { class: 'tag' }, tags),
      items.length > 0 && make('button', { class: 'small more', 'aria-haspopup': 'menu', 'aria-label': `Actions for ${display_name}`, click: open }, '⋯'))
  }

  /**
   * @param {Account} account
   * @returns {import('./menu.js').Item[]}
   */
  #items({ user_id, display_name, roles = [], banned }) {
    if (user_id === this.house.session.user?.user_id) return []
    const admin = roles.includes('admin')
    const may = { title: `Make ${display_name} an admin?`, text: 'Admins invite people, ban them, and read the diagnostics.', deed: 'Make admin' }
    const mayNot = { title: `Take the admin role from ${display_name}?`, text: 'They stay a member of this server.', deed: 'Take the role' }
    const role = { name: admin ? 'Take the admin role…' : 'Make admin…', deed: () => void this.#do(user_id, admin ? mayNot : may, { roles: admin ? [] : ['admin'] }) }
    return [role, banItem(this.house, { user_id, display_name, banned })]
  }

  /**
   * @param {string} user_id
   * @param {import('./dialog.js').Question} question
   * @param {{roles: Array<'admin'>}} change
   */
  async #do(user_id, question, change) {
    const { accounts, notices } = this.house
    if (await asked(question)) await notices.tryTo(() => accounts.update(user_id, change))
  }
}

/**
 * Banning from the server, or lifting the ban: of people and bots alike.
 * @param {import('./view.js').House} house
 * @param {Pick<Account, 'user_id' | 'display_name' | 'banned'>} account
 * @returns {import('./menu.js').Item}
 */
export function banItem({ accounts, notices }, { user_id, display_name, banned = false }) {
  const out = { title: `Ban ${display_name}?`, text: 'They are cut off at once and cannot come back until the ban is lifted.', deed: 'Ban' }
  const back = { title: `Let ${display_name} come back?`, text: 'Their rooms and messages are as before.', deed: 'Lift the ban' }
  const change = async () => {
    if (await asked(banned ? back : out)) await notices.tryTo(() => accounts.update(user_id, { banned: !banned }))
  }
  return { name: banned ? 'Lift the ban…' : 'Ban from this server…', grave: !banned, deed: () => void change() }
}
