/**
 * The whole page: the sign-in for guests, the chat for members, and which pane a phone shows.
 */

import { listenForPanels } from './panels.js'
import { View } from './view.js'

const PANES = Object.freeze({ rooms: '.left', room: '.middle', side: '.right' })

export class ChatShell extends View {
  #pane = ''

  enter() {
    const { session, here } = this.house
    this.follow(session, here)
    for (const button of this.querySelectorAll('[data-pane]')) {
      this.on(button, 'click', () => here.show(/** @type {any} */ (button.getAttribute('data-pane'))))
    }
    listenForPanels(this)
  }

  /**
   * On a phone the focus goes along to what is to be seen, unless it is there already.
   * @param {import('../here.js').Here} here
   */
  #follow({ pane, narrow }) {
    const [before, { activeElement }] = [this.#pane, document]
    this.#pane = pane
    if (before === pane || !before || !narrow || (activeElement && activeElement !== document.body && !activeElement.closest('.left, .middle, .right'))) return
    const now = this.querySelector(PANES[pane])
    if (now instanceof HTMLElement && !now.contains(activeElement)) now.focus({ preventScroll: true })
  }

  draw() {
    const { session, here } = this.house
    const scene = session.user ? 'chat' : session.standing
    for (const element of this.querySelectorAll('[data-scene]')) {
      /** @type {HTMLElement} */ (element).hidden = element.getAttribute('data-scene') !== scene
    }
    this.dataset.shows = here.pane
    this.dataset.room = here.room_id
    this.dataset.side = here.side
    this.#follow(here)
  }
}
