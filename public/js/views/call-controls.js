/**
 * The buttons of a call, as many of them as the place has space for (`data-buttons`). Each says what a press would do; what is off looks so.
 */

import { openCallQuality } from './call-quality.js'
import { openCallSettings } from './call-settings.js'
import { openShareMenu } from './call-share.js'
import { icon, turn } from './icons.js'
import { make } from './make.js'
import { View } from './view.js'

/** @typedef {import('../app.js').House} House */
/** @typedef {{name: string, icon: import('./icons.js').Icon, off?: boolean, on?: boolean, hidden?: boolean, busy?: boolean}} Look */
/** @typedef {{look: (house: House) => Look, press: (house: House, button: HTMLElement) => unknown, keys?: string, menu?: boolean}} Control */

/** @type {Record<string, Control>} */
const CONTROLS = {
  mute: {
    look: ({ microphone: { muted }, mediaDevices }) => ({
      ...(muted ? { name: 'Unmute', icon: 'mic off', off: true } : { name: 'Mute', icon: 'mic' }), hidden: Boolean(mediaDevices.lack),
    }),
    press: ({ microphone }) => microphone.toggleMute(),
    keys: 'Ctrl Shift M',
  },
  deafen: {
    look: ({ microphone: { deafened } }) => (deafened ? { name: 'Undeafen', icon: 'ears off', off: true } : { name: 'Deafen', icon: 'ears' }),
    press: ({ microphone }) => microphone.toggleDeafen(),
    keys: 'Ctrl Shift D',
  },
  camera: {
    look: ({ camera, mediaDevices }) => ({
      ...(camera.on ? { name: 'Camera off', icon: 'camera', on: true } : { name: 'Camera on', icon: 'camera off' }), busy: camera.pending, hidden: Boolean(mediaDevices.lack),
    }),
    press: ({ camera }) => camera.toggle(),
  },
  share: {
    look: ({ screens }) => ({ name: 'Share screen', icon: 'screen', on: screens.shares.length > 0, hidden: !screens.possible }),
    press: (house, button) => openShareMenu(house, button),
    menu: true,
  },
  quality: { look: () => ({ name: 'Call quality', icon: 'quality' }), press: openCallQuality },
  settings: { look: () => ({ name: 'Call settings', icon: 'settings' }), press: openCallSettings },
  leave: {
    look: () => ({ name: 'Leave call', icon: 'leave' }),
    press: ({ call, notices }) => notices.tryTo(() => call.leave()),
    keys: 'Ctrl Shift L',
  },
}

export class CallControls extends View {
  #buttons = /** @type {Array<[Control, HTMLButtonElement]>} */ ([])

  enter() {
    const { call, microphone, camera, screens, mediaDevices } = this.house
    this.follow(call, microphone, camera, screens, mediaDevices)
    this.#buttons = (this.dataset.buttons ?? '').split(' ').flatMap((name) => {
      const control = CONTROLS[name]
      return control ? [[control, this.#make(name, control)]] : []
    })
    this.replaceChildren(...this.#buttons.map(([, button]) => button))
  }

  draw() {
    for (const [{ look, keys }, button] of this.#buttons) {
      const { name, icon: sign, off = false, on = false, hidden = false, busy = false } = look(this.house)
      button.setAttribute('aria-label', name)
      button.title = keys ? `${name} (${keys.replaceAll(' ', '+')})` : name
      button.classList.toggle('off', off)
      button.classList.toggle('on', on)
      button.hidden = hidden
      button.toggleAttribute('aria-busy', busy)
      turn(button, sign)
    }
  }

  /**
   * @param {string} name
   * @param {Control} control
   */
  #make(name, { look, press, menu }) {
    const button = make('button', {
      type: 'button', part: name, class: `control ${name}`, 'aria-haspopup': menu ? 'menu' : null, click: () => void press(this.house, button),
    }, icon(look(this.house).icon))
    return button
  }
}
