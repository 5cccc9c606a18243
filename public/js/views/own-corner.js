/**
 * Who I am and how: the way to my profile, to the server's own affairs for admins, and out.
 */

import { asked, closeAll, openDialog } from './dialog.js'
import { view } from './make.js'
import { View } from './view.js'

export class OwnCorner extends View {
  enter() {
    const { session, presence } = this.house
    this.follow(session, presence)
    this.on(session, 'gone', closeAll)
    this.on(this.the('me'), 'click', () => this.#open('You', 'own-profile', 'own-look', 'own-notices', 'own-calls', 'own-devices', 'own-archive'))
    this.on(this.the('server'), 'click', () => this.#open('Server', 'invite-list', 'account-list', 'bot-list'))
    this.on(this.the('invite'), 'click', () => void this.#invite())
    this.on(this.the('out'), 'click', () => void this.#logOut())
  }

  draw() {
    const { session, presence, socket } = this.house
    const me = presence.get(session.user?.user_id ?? '')
    this.the('name').textContent = session.user?.display_name ?? ''
    this.the('handle').textContent = me?.text || (session.user ? `@${session.user.handle}` : '')
    this.the('me').dataset.status = socket.live ? (me?.status ?? 'online') : 'gone'
    for (const part of ['invite', 'diag', 'server']) this.the(part).hidden = !session.isAdmin
  }

  /**
   * @param {string} title
   * @param {...string} tags
   */
  #open(title, ...tags) {
    openDialog(title, ...tags.map((tag) => view(tag, this.house)))
  }

  #invite() {
    const { invites, notices } = this.house
    return notices.tryTo(async () => {
      const detail = { title: 'Invite to this server', ...(await invites.make('')) }
      document.querySelector('invite-box')?.dispatchEvent(new CustomEvent('made', { detail }))
    })
  }

  async #logOut() {
    const { session, outbox, notices } = this.house
    const unsent = outbox.all().length
    const text = `${unsent} of your messages ${unsent === 1 ? 'has' : 'have'} not been sent and would be lost.`
    if (unsent && !(await asked({ title: 'Log out all the same?', text, deed: 'Log out and lose them' }))) return
    await notices.tryTo(() => session.logOut())
  }
}
