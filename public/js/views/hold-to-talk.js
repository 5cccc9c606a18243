/**
 * Push-to-talk for fingers: held, I am heard. Only where that is how I talk, and where there is a microphone.
 */

import { make } from './make.js'
import { View } from './view.js'

export class HoldToTalk extends View {
  enter() {
    const { microphone, callSettings, talk } = this.house
    const hold = (/** @type {boolean} */ down) => () => microphone.hold(down)
    const button = make('button', {
      type: 'button', class: 'control hold', part: 'hold', pointerdown: hold(true), pointerup: hold(false), pointercancel: hold(false), pointerleave: hold(false),
      contextmenu: (event) => event.preventDefault(),
    }, 'Hold to talk')
    this.replaceChildren(button)
    this.follow(microphone, callSettings, talk)
  }

  draw() {
    const { microphone, callSettings } = this.house
    this.hidden = callSettings.get().mode !== 'ptt' || !microphone.works
    this.the('hold').classList.toggle('on', microphone.talking)
  }
}
