/**
 * Makes the nouns of calls: which needs which, in one place.
 */

import { Call } from './call.js'
import { Camera } from './camera.js'
import { Governor } from './governor.js'
import { MediaDevices } from './media-devices.js'
import { Microphone } from './microphone.js'
import { PushToTalk } from './push-to-talk.js'
import { Quality } from './quality.js'
import { Screens } from './screens.js'
import { CallSounds } from './sounds.js'
import { Stage } from './stage.js'
import { Voices } from './voices.js'

/**
 * All of them.
 * @param {Omit<ConstructorParameters<typeof Call>[0], 'callSettings'> & Omit<Parameters<typeof voiceNouns>[0], 'call'>
 *   & Omit<Parameters<typeof shownNouns>[0], 'call' | 'devices'>} doors
 */
export function callNouns(doors) {
  const call = new Call({ ...doors, callSettings: doors.settings })
  const voice = voiceNouns({ ...doors, call })
  const { microphone, mediaDevices } = voice
  return { call, ...voice, ...linkNouns({ ...doors, call, microphone }), ...shownNouns({ ...doors, call, devices: mediaDevices }) }
}

/**
 * My voice and those of the others.
 * @param {object} doors
 * @param {import('./microphone.js').Call & import('./voices.js').Call} doors.call
 * @param {import('./settings.js').CallSettings} doors.settings
 * @param {import('../notices.js').Notices} doors.notices
 * @param {import('../levels.js').Levels} doors.levels
 * @param {import('../alerts.js').Desk} doors.desk
 * @param {import('../clock.js').Clock} doors.clock
 * @param {Pick<import('./doors.js').RtcDoors, 'media' | 'audio' | 'listen' | 'secure' | 'origin'>} doors.rtc
 */
export function voiceNouns({ call, settings, notices, levels, desk, clock, rtc }) {
  const { audio, listen } = rtc
  const devices = new MediaDevices({ ...rtc, notices })
  const talk = new PushToTalk({ settings, clock })
  const microphone = new Microphone({ call, settings, devices, talk, notices, clock, listen, audio })
  const voices = new Voices({ call, settings, devices, microphone, clock, audio })
  const sounds = new CallSounds({ call, settings, levels, clock, desk })
  return { mediaDevices: devices, talk, microphone, voices, sounds }
}

/**
 * What goes over my links, and how they are.
 * @param {object} doors
 * @param {import('./governor.js').Call & import('./quality.js').Call} doors.call
 * @param {import('./settings.js').CallSettings} doors.settings
 * @param {import('./microphone.js').Microphone} doors.microphone
 * @param {import('../presence.js').Presence} doors.presence
 * @param {import('../clock.js').Clock} doors.clock
 */
export function linkNouns({ call, settings, microphone, presence, clock }) {
  const governor = new Governor({ call, callSettings: settings, clock })
  const quality = new Quality({ call, microphone, presence, governor, clock })
  quality.addEventListener('change', () => governor.feel(quality.pressed))
  return { governor, quality }
}

/**
 * What I show, and how I look at what the others show.
 * @param {object} doors
 * @param {import('./camera.js').Call & import('./screens.js').Call & import('./stage.js').Call} doors.call
 * @param {import('./settings.js').CallSettings} doors.settings
 * @param {MediaDevices} doors.devices
 * @param {import('../notices.js').Notices} doors.notices
 * @param {import('../presence.js').Presence} doors.presence
 * @param {import('../shelf.js').Shelf} doors.shelf
 * @param {() => string} doors.user
 * @param {Pick<import('./doors.js').RtcDoors, 'media' | 'stream'>} doors.rtc
 */
export function shownNouns({ call, settings, devices, notices, presence, shelf, user, rtc }) {
  const camera = new Camera({ call, settings, devices, notices })
  const screens = new Screens({ call, notices, ...rtc })
  return { camera, screens, stage: new Stage({ call, presence, shelf, user }) }
}
