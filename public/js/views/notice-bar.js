/**
 * One line for the person, read out by screen readers.
 */

import { View } from './view.js'

export class NoticeBar extends View {
  enter() {
    this.follow(this.house.notices)
    this.on(this.the('dismiss'), 'click', () => this.house.notices.say(''))
  }

  draw() {
    const { text, trace } = this.house.notices
    this.the('text').textContent = trace ? `${text} (${trace})` : text
    this.the('dismiss').hidden = !text
    this.classList.toggle('empty', !text)
  }
}
