/**
 * The way to the settings of calls, for who is in none.
 */

import { openCallSettings } from './call-settings.js'
import { make } from './make.js'
import { View } from './view.js'

export class OwnCalls extends View {
  enter() {
    this.replaceChildren(
      make('h3', {}, 'Calls'),
      make('div', { class: 'beside' }, make('button', { type: 'button', class: 'small', click: () => openCallSettings(this.house) }, 'Call settings'),
        make('p', { class: 'faint grow' }, 'Microphone, speakers, camera, and how you talk.')))
  }
}
