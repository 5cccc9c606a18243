/**
 * The whole page: the sign-in for guests, the chat for members, and which pane a phone shows.
 */

import { View } from './view.js'

export class ChatShell extends View {
  enter() {
    const { session, here } = this.house
    this.follow(session, here)
    for (const button of this.querySelectorAll('[data-pane]')) {
      this.on(button, 'click', () => here.show(/** @type {any} */ (button.getAttribute('data-pane'))))
    }
  }

  draw() {
    const { session, here } = this.house
    const scene = session.user ? 'chat' : session.standing
    for (const element of this.querySelectorAll('[data-scene]')) {
      /** @type {HTMLElement} */ (element).hidden = element.getAttribute('data-scene') !== scene
    }
    this.dataset.shows = here.pane
    this.dataset.side = here.side
  }
}
