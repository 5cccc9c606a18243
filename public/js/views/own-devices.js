/**
 * Where I am signed in: ending a session, and signing in on one more device by a QR code.
 */

import { asked } from './dialog.js'
import { make } from './make.js'
import { fillTime } from './time.js'
import { Rows, View } from './view.js'

/** @typedef {import('../protocol.js').SessionInfo} SessionInfo */

export class OwnDevices extends View {
  #rows = /** @type {Rows<SessionInfo> | null} */ (null)

  enter() {
    const { devices } = this.house
    const list = make('ul', { class: 'lines', 'aria-label': 'My sessions' })
    this.replaceChildren(
      make('h3', {}, 'Devices'), list, make('div', { class: 'ends' }, make('button', { part: 'link' }, 'Sign in on another device')))
    this.#rows = new Rows(list, (session) => this.#row(session), () => {})
    this.follow(devices)
    this.on(this.the('link'), 'click', () => void this.#link())
    this.fetch(() => devices.load())
  }

  draw() {
    this.#rows?.draw(this.house.devices.all().map((row) => ({ key: row.session_id, version: '', row })))
  }

  /** @param {SessionInfo} session */
  #row({ session_id, platform, last_seen_at, current }) {
    const time = make('time')
    fillTime(time, last_seen_at)
    const end = () => void this.#end(session_id, platform)
    return make('li', {}, make('span', { class: 'grow' }, make('bdi', {}, platform || 'Some device'), ' ', current ? make('span', { class: 'faint' }, 'this device') : time),
      !current && make('button', { class: 'small', 'aria-label': `Sign out ${platform}`, click: end }, 'Sign out'))
  }

  /**
   * @param {string} session_id
   * @param {string} platform
   */
  async #end(session_id, platform) {
    const { devices, notices } = this.house
    const text = `${platform || 'That device'} is signed out at once, and forgets what it holds of this chat as soon as it is online.`
    if (await asked({ title: 'Sign out that device?', text, deed: 'Sign it out' })) await notices.tryTo(() => devices.revoke(session_id))
  }

  #link() {
    const { devices, notices } = this.house
    return notices.tryTo(async () => {
      const { link_token, expires_at } = await devices.link()
      const detail = { title: 'Sign in on another device', kind: 'link', token: link_token, expires_at }
      document.querySelector('invite-box')?.dispatchEvent(new CustomEvent('made', { detail }))
    })
  }
}
