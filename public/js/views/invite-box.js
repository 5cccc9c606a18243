/**
 * Shows a link that is shown this once, to be copied or read with a phone's camera: an invite, or one's own second device.
 */

import { linkOf } from '../invites.js'
import { isHereOnly } from '../way-in.js'
import { copied } from './copied.js'
import { View } from './view.js'

/** @typedef {{title: string, kind: string, token: string, expires_at: number, max_uses?: number}} Made */

export class InviteBox extends View {
  #image = ''

  enter() {
    this.on(this, 'made', ({ detail }) => void this.#show(detail))
    this.on(this.the('copy'), 'click', () => void this.#copy())
    this.on(this.the('close'), 'click', () => this.the('box', HTMLDialogElement).close())
    this.on(this.the('box'), 'close', () => this.#forget())
  }

  /** @param {Made} made */
  async #show({ title, kind, token, expires_at, max_uses = 1 }) {
    this.#forget()
    const link = linkOf(await this.house.wayIn.find(kind), kind, token)
    const who = kind === 'link' ? 'Only for yourself' : max_uses === 1 ? 'For one person' : `For ${max_uses} people`
    this.the('title').textContent = title
    this.the('until').textContent = `${who}, until ${new Date(expires_at).toLocaleString()}. It is shown only now.`
    this.the('near').hidden = !isHereOnly(link)
    this.the('kind').textContent = kind === 'link' ? 'Sign-in link' : 'Invite link'
    this.the('link', HTMLInputElement).value = link
    this.the('copied').textContent = ''
    this.the('box', HTMLDialogElement).showModal()
    this.the('link', HTMLInputElement).select()
    await this.#draw(link)
  }

  /**
   * The link is enough; a code that cannot be drawn is only missing.
   * @param {string} link
   */
  async #draw(link) {
    const blob = await this.house.qr.draw(link).catch(() => null)
    if (!blob || this.the('link', HTMLInputElement).value !== link) return // closed, or another one, meanwhile
    this.#image = URL.createObjectURL(blob)
    const image = this.the('qr', HTMLImageElement)
    image.src = this.#image
    image.hidden = false
  }

  #forget() {
    URL.revokeObjectURL(this.#image)
    this.#image = ''
    this.the('link', HTMLInputElement).value = ''
    const image = this.the('qr', HTMLImageElement)
    image.hidden = true
    image.removeAttribute('src')
  }

  async #copy() {
    this.the('copied').textContent = await copied(this.the('link', HTMLInputElement))
  }
}
