/**
 * The bots of this server, for admins: making one, its token, and the end of both. `account-list` beside it loads them.
 */

import { BUILT_IN } from '../accounts.js'
import { refusal } from '../refusal.js'
import { banItem } from './account-list.js'
import { copied } from './copied.js'
import { asked, openDialog } from './dialog.js'
import { labelled, make, select, theirs } from './make.js'
import { openMenu } from './menu.js'
import { Rows, View } from './view.js'

/** @typedef {import('../accounts.js').Account} Account */
/** @typedef {import('../accounts.js').Made} Made */

const DAY_MS = 86_400_000
const TIMES = /** @type {Array<[string, string]>} */ ([[`${30 * DAY_MS}`, '30 days'], [`${90 * DAY_MS}`, '90 days'], [`${365 * DAY_MS}`, 'a year']])

export class BotList extends View {
  #rows = /** @type {Rows<Account> | null} */ (null)

  enter() {
    const list = make('ul', { class: 'lines', 'aria-label': 'Bots' })
    this.replaceChildren(
      make('h3', {}, 'Bots'),
      make('form', { class: 'along', autocomplete: 'off', submit: (event) => void this.#make(event) },
        labelled('Handle', make('input', { part: 'handle', required: true, minlength: 2, maxlength: 20, pattern: '[a-z0-9_]+', title: 'Small letters, digits and _', autocapitalize: 'none', spellcheck: 'false' })),
        labelled('Token good for', select(TIMES, `${365 * DAY_MS}`, { 'data-part': 'ttl' })), make('button', { class: 'strong', part: 'make' }, 'New bot')),
      make('p', { class: 'problem', part: 'problem', role: 'alert' }), list,
      make('p', { class: 'faint' }, 'A new bot is a program of yours, which signs in with its token. A bot sees the rooms that it is in: those that an owner or moderator adds it to, and public ones that it enters.'))
    this.#rows = new Rows(list, (account) => this.#row(account), () => {})
    this.follow(this.house.accounts)
  }

  draw() {
    const bots = this.house.accounts.all().filter(({ bot }) => bot)
    this.#rows?.draw(bots.map((row) => ({ key: JSON.stringify(row), version: '', row })))
  }

  /** @param {Account} account */
  #row(account) {
    const { display_name, handle, banned } = account
    /** @param {MouseEvent} event */
    const open = ({ currentTarget }) => openMenu(/** @type {HTMLElement} */ (currentTarget), this.#items(account))
    return make('li', {},
      make('span', { class: 'grow' }, theirs(display_name, 'name'), ' ', make('span', { class: 'faint' }, `@${handle}`), make('p', { class: 'faint' }, standing(account))),
      make('span', { class: 'tag' }, banned ? 'banned' : ''),
      make('button', { class: 'small more', 'aria-haspopup': 'menu', 'aria-label': `Actions for ${display_name}`, click: open }, '⋯'))
  }

  /**
   * @param {Account} account
   * @returns {import('./menu.js').Item[]}
   */
  #items(account) {
    const { user_id, display_name, token_expires_at } = account
    const ban = banItem(this.house, account)
    if (user_id === BUILT_IN) return [ban]
    const renew = { title: `A new token for ${display_name}?`, text: 'The one that it has ends at once, and its connection with it. The new one is good for a year.', deed: 'Make a new token' }
    const revoke = { title: `Revoke the token of ${display_name}?`, text: 'It is cut off at once and cannot sign in until it has a new token.', deed: 'Revoke it' }
    return [
      { name: 'New token…', deed: () => void this.#do(renew, async () => showToken(`The new token of ${display_name}`, await this.house.accounts.renewToken(user_id, 365 * DAY_MS))) },
      ...(token_expires_at ? [{ name: 'Revoke the token…', grave: true, deed: () => void this.#do(revoke, () => this.house.accounts.revokeToken(user_id)) }] : []),
      ban,
    ]
  }

  /**
   * @param {import('./dialog.js').Question} question
   * @param {() => Promise<unknown>} deed
   */
  async #do(question, deed) {
    if (await asked(question)) await this.house.notices.tryTo(deed)
  }

  /** @param {SubmitEvent} event */
  async #make(event) {
    event.preventDefault()
    const handle = this.the('handle', HTMLInputElement)
    const problem = this.the('problem')
    const button = this.the('make', HTMLButtonElement)
    problem.textContent = ''
    button.disabled = true
    try {
      const made = await this.house.accounts.makeBot(handle.value, Number(this.the('ttl', HTMLSelectElement).value))
      handle.value = ''
      showToken(`The token of ${made.user.handle}`, made)
    } catch (error) {
      problem.textContent = refusal(error).message
    } finally {
      button.disabled = false
    }
  }
}

/**
 * @param {string} title
 * @param {Made} made
 */
function showToken(title, { session_token, expires_at }) {
  const token = make('input', { readonly: true, spellcheck: 'false' })
  token.value = session_token // no attribute: what copies or saves the page's markup does not take it along
  const said = make('p', { role: 'status' })
  const copy = async () => (said.textContent = await copied(token))
  openDialog(title, make('div', {},
    make('p', {}, `Copy it to where the bot runs: it is shown only now. Whoever has it is the bot, until ${day(expires_at)}.`),
    labelled('Token', token), said, make('div', { class: 'ends' }, make('button', { class: 'strong', click: () => void copy() }, 'Copy'))))
  token.select()
}

/** @param {Account} account */
function standing({ user_id, last_seen_at, token_expires_at }) {
  if (user_id === BUILT_IN) return 'Built in. Put it into a room there: Members, Add a bot.'
  if (!token_expires_at) return 'No token.'
  return `${last_seen_at ? `Last used ${day(last_seen_at)}` : 'Never used'}, token until ${day(token_expires_at)}.`
}

/** @param {number} ms */
const day = (ms) => new Date(ms).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' })
