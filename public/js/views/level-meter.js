/**
 * How loud my microphone is, as a bar, with a mark where the gate opens; lit while it is open. Read aloud only now and then.
 */

import { LOUDEST, QUIETEST } from '../rtc/settings.js'
import { make } from './make.js'
import { View } from './view.js'

const SAID_MS = 500

export class LevelMeter extends View {
  #saidAt = 0
  #meter = make('div', { class: 'level', role: 'meter', 'aria-label': 'How loud you are', 'aria-valuemin': QUIETEST, 'aria-valuemax': LOUDEST },
    make('div', { class: 'bar' }), make('div', { class: 'mark' }))

  enter() {
    const { callSettings, microphone } = this.house
    this.replaceChildren(this.#meter)
    this.follow(callSettings, microphone)
    this.on(microphone, 'level', () => this.draw())
  }

  draw() {
    const { callSettings, microphone, clock } = this.house
    const { mode, threshold } = callSettings.get()
    const level = Math.min(LOUDEST, Math.max(QUIETEST, microphone.level))
    this.#meter.style.setProperty('--level', share(level))
    this.#meter.style.setProperty('--opens', share(threshold))
    this.#meter.dataset.mode = mode
    this.#meter.dataset.open = String(microphone.open)
    if (clock.now() - this.#saidAt < SAID_MS && this.#meter.hasAttribute('aria-valuenow')) return
    this.#saidAt = clock.now()
    this.#meter.setAttribute('aria-valuenow', String(Math.round(level)))
    this.#meter.setAttribute('aria-valuetext', decibelsInWords(level))
  }
}

/** @param {number} level */
const share = (level) => `${((level - QUIETEST) / (LOUDEST - QUIETEST)) * 100}%`

/** @param {number} level */
export const decibelsInWords = (level) => `${Math.round(level)} dB`.replace('-', '−')
