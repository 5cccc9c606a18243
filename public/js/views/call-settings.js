/**
 * How I want to be in calls, in one dialog: my voice, what I hear, my camera, and what my line has to carry.
 */

import { UPLOADS } from '../rtc/settings.js'
import { drawChoices, offer, offerDevices, pickOf, switchOf } from './call-fields.js'
import { openDialog } from './dialog.js'
import { make, view } from './make.js'
import { View } from './view.js'

/** @param {import('../app.js').House} house */
export function openCallSettings(house) {
  return openDialog('Call settings', view('call-voice', house), view('call-settings', house))
}

export class CallSettingsView extends View {
  #canPick = false

  enter() {
    const { callSettings, mediaDevices, call, voices } = this.house
    this.#canPick = voices.canPick
    this.replaceChildren(
      make('section', {}, make('h3', {}, 'What you hear'), make('div', { part: 'speakers' }, pickOf(this, 'output', 'Speakers')),
        make('fieldset', { class: 'choices' }, make('legend', { class: 'unseen' }, 'Sounds'), switchOf(this, 'sounds', 'A sound when somebody joins or leaves'))),
      make('section', { part: 'cameras' }, make('h3', {}, 'Your picture'), pickOf(this, 'camera', 'Camera')),
      make('section', {}, make('h3', {}, 'Connection'), this.#upload(), this.#relay()))
    offer(this, 'upload', UPLOADS.map((upload) => [String(upload), `${upload} Mbit/s`]))
    this.follow(callSettings, mediaDevices, call)
  }

  draw() {
    const { mediaDevices, callSettings, call } = this.house
    offerDevices(this, 'output', mediaDevices.outputs)
    offerDevices(this, 'camera', mediaDevices.cameras)
    this.the('speakers').hidden = !this.#canPick || Boolean(mediaDevices.lack)
    this.the('cameras').hidden = Boolean(mediaDevices.lack)
    this.the('relay').hidden = call.lacksRelay && !callSettings.get().relayOnly
    drawChoices(this)
  }

  #upload() {
    return make('div', { class: 'stack' }, pickOf(this, 'upload', 'Upload limit', Number),
      make('p', { class: 'faint' }, 'Each of the others gets a copy of your own of what you show. All copies together stay below this, and your voice always goes first.'))
  }

  #relay() {
    return make('div', { class: 'stack', part: 'relay' },
      make('fieldset', { class: 'choices' }, make('legend', { class: 'unseen' }, 'Your address'), switchOf(this, 'relayOnly', 'Hide my address: only by the relay')),
      make('p', { class: 'faint' }, 'Otherwise you are connected straight to the others, who can see your network address. By the relay it is a little slower, and without one that answers you reach nobody.'))
  }
}
