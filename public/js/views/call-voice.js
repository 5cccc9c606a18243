/**
 * My voice in calls, as I set it up: the microphone and what is done to its sound, a test in which I hear myself, and what lets me be
 * heard: my voice from some level on, or a key.
 */

import { nameOf, ONLY_HERE } from '../rtc/push-to-talk.js'
import { LOUDEST, QUIETEST } from '../rtc/settings.js'
import { drawChoices, offerDevices, pickOf, radioOf, switchOf } from './call-fields.js'
import { decibelsInWords } from './level-meter.js'
import { make, view } from './make.js'
import { nextPress } from './talk-keys.js'
import { View } from './view.js'

export class CallVoice extends View {
  #asking = new AbortController()

  enter() {
    const { callSettings, mediaDevices, microphone } = this.house
    this.replaceChildren(
      make('section', {}, make('h3', {}, 'Your voice'), make('div', { part: 'device' }, pickOf(this, 'input', 'Microphone')), make('p', { class: 'problem', part: 'problem', role: 'status' }),
        this.#test(), this.#switches()),
      make('section', { part: 'talk' }, make('h3', {}, 'How you talk'),
        make('fieldset', { class: 'choices row' }, make('legend', { class: 'unseen' }, 'What lets you be heard'),
          radioOf(this, 'mode', 'voice', 'Voice activation'), radioOf(this, 'mode', 'ptt', 'Push to talk')),
        this.#threshold(), this.#key()))
    this.follow(callSettings, mediaDevices, microphone)
    void mediaDevices.refresh()
  }

  disconnectedCallback() {
    super.disconnectedCallback()
    this.#asking.abort()
    void this.house.microphone.test(false)
  }

  draw() {
    const { callSettings, mediaDevices, microphone } = this.house
    const { mode, pttKey, threshold } = callSettings.get()
    offerDevices(this, 'input', mediaDevices.inputs)
    drawChoices(this)
    this.the('problem').textContent = mediaDevices.problem
    for (const part of ['device', 'test', 'switches', 'talk']) this.the(part).hidden = Boolean(mediaDevices.lack)
    this.the('test-button').textContent = microphone.testing ? 'Stop the test' : 'Test microphone'
    this.the('testing').textContent = this.#said()
    this.the('voice').hidden = mode !== 'voice'
    this.the('ptt').hidden = mode !== 'ptt'
    this.the('threshold', HTMLInputElement).value = String(threshold)
    this.the('threshold').setAttribute('aria-valuetext', decibelsInWords(threshold))
    this.the('opens').textContent = decibelsInWords(threshold)
    if (!this.the('key').dataset.asking) this.the('key').textContent = nameOf(pttKey)
  }

  #said() {
    const { microphone, call, callSettings } = this.house
    const key = callSettings.get().mode === 'ptt' ? ` while you hold ${nameOf(callSettings.get().pttKey)}` : ''
    if (microphone.testing) return `You hear yourself as the others would${key}${call.state === 'out' ? '' : '; they do not hear you meanwhile'}. Headphones keep it from howling.`
    return microphone.works ? '' : 'Hear yourself, and see how loud you are.'
  }

  #test() {
    const { microphone } = this.house
    const test = () => void microphone.test(!microphone.testing)
    return make('div', { class: 'stack', part: 'test' }, view('level-meter', this.house),
      make('div', { class: 'beside' }, make('button', { type: 'button', class: 'small', part: 'test-button', click: test }),
        make('p', { class: 'faint grow', part: 'testing', role: 'status' })))
  }

  #switches() {
    return make('fieldset', { class: 'choices', part: 'switches' }, make('legend', { class: 'unseen' }, 'What is done to the sound'),
      switchOf(this, 'noise', 'Suppress noise'), switchOf(this, 'echo', 'Cancel the echo of the others'), switchOf(this, 'gain', 'Even out how loud I am'))
  }

  #threshold() {
    const input = (/** @type {any} */ { target }) => this.house.callSettings.choose({ threshold: Number(target.value) })
    const slider = make('input', { type: 'range', part: 'threshold', min: QUIETEST, max: LOUDEST, step: 1, input, 'aria-describedby': 'threshold-hint' })
    return make('div', { class: 'stack', part: 'voice' },
      make('label', {}, make('span', {}, 'You are heard from ', make('span', { part: 'opens' })), slider),
      make('p', { class: 'faint', id: 'threshold-hint' }, 'Above the noise of your room and below your voice: the bar above lights up while you would be heard.'))
  }

  #key() {
    const ask = () => void this.#ask()
    return make('div', { class: 'stack', part: 'ptt' },
      make('div', { class: 'beside' }, make('span', { id: 'talk-key' }, 'Key or mouse button:'),
        make('button', { type: 'button', class: 'small', id: 'talk-key-button', part: 'key', 'aria-labelledby': 'talk-key talk-key-button', click: ask })),
      make('fieldset', { class: 'choices' }, make('legend', { class: 'unseen' }, 'How the key works'), switchOf(this, 'pttToggle', 'Press once to talk, once more to stop')),
      make('p', { class: 'faint' }, ONLY_HERE))
  }

  async #ask() {
    const button = this.the('key')
    this.#asking = new AbortController()
    button.dataset.asking = 'yes'
    button.textContent = 'Press the one you want…'
    const pttKey = await nextPress(this.#asking.signal)
    delete button.dataset.asking
    if (pttKey) this.house.callSettings.choose({ pttKey })
    if (this.isConnected) this.draw()
  }
}
