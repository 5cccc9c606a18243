/**
 * One line for the person, read out by screen readers: what went wrong just now, or that a newer version of the page lies ready. While a
 * dialog is open all else is dimmed and dead: then the line stands in it.
 */

import { View } from './view.js'

export class NoticeBar extends View {
  enter() {
    const { notices, shell } = this.house
    this.follow(notices, shell)
    this.on(this.the('dismiss'), 'click', () => (notices.text ? notices.say('') : shell.later()))
    this.on(this.the('reload'), 'click', () => location.reload())
  }

  draw() {
    const { notices, shell } = this.house
    const renewed = !notices.text && shell.renewed
    const { text, trace } = renewed ? { text: 'A new version of this page is ready.', trace: '' } : notices
    this.#stand()
    this.the('text').textContent = trace ? `${text} (${trace})` : text
    this.the('dismiss').hidden = !text
    this.the('reload').hidden = !renewed
    this.classList.toggle('empty', !text)
  }

  #stand() {
    const dialog = document.activeElement?.closest('dialog[open]') ?? document.querySelector('dialog[open]')
    const home = dialog ?? document.querySelector('chat-shell')
    if (!home || home === this.parentElement) return
    dialog?.addEventListener('close', () => this.#stand(), { once: true })
    home.append(this)
  }
}
