/**
 * Shows an invite link, which is shown this once, to be copied.
 */

import { View } from './view.js'

/** @typedef {{title: string, kind: string, token: string, expires_at: number}} Made */

export class InviteBox extends View {
  enter() {
    this.on(this, 'made', ({ detail }) => this.#show(detail))
    this.on(this.the('copy'), 'click', () => void this.#copy())
    this.on(this.the('close'), 'click', () => this.the('box', HTMLDialogElement).close())
    this.on(this.the('box'), 'close', () => (this.the('link', HTMLInputElement).value = ''))
  }

  /** @param {Made} made */
  #show({ title, kind, token, expires_at }) {
    this.the('title').textContent = title
    this.the('until').textContent = `For one person, until ${new Date(expires_at).toLocaleString()}. It is shown only now.`
    this.the('link', HTMLInputElement).value = `${location.origin}/#${kind}=${encodeURIComponent(token)}`
    this.the('copied').textContent = ''
    this.the('box', HTMLDialogElement).showModal()
    this.the('link', HTMLInputElement).select()
  }

  /** The clipboard is there only on HTTPS and localhost; elsewhere the old way still works. */
  async #copy() {
    const link = this.the('link', HTMLInputElement)
    link.select()
    const copied = await (navigator.clipboard?.writeText(link.value).then(() => true, () => false) ?? document.execCommand('copy'))
    this.the('copied').textContent = copied ? 'Copied.' : 'Press Ctrl+C to copy.'
  }
}
