/** A microphone in a call, with devices and ears that are made up. */

import { MediaDevices } from '../../public/js/rtc/media-devices.js'
import { Microphone } from '../../public/js/rtc/microphone.js'
import { PushToTalk } from '../../public/js/rtc/push-to-talk.js'
import { CallSettings } from '../../public/js/rtc/settings.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeClock, FakeStorage, flush } from './fakes.js'
import { FakeCall, FakeMedia, FakePlayer } from './voice-fakes.js'

export const [LOUD, QUIET] = [0.1, 0.0001]
export const KEY = { type: 'key', code: 'ControlRight' }

export function scene(choices = {}, given = {}) {
  const clock = new FakeClock()
  const settings = new CallSettings({ shelf: new Shelf(new FakeStorage()), user: () => 'u_me' })
  settings.choose(choices)
  const [call, media, said, players, ears] = [new FakeCall(), new FakeMedia(), [], [], []]
  const notices = { say: (text) => said.push(text) }
  const devices = new MediaDevices({ media, secure: true, origin: 'https://chat', notices, ...given })
  const talk = new PushToTalk({ settings, clock })
  const listen = (stream, hear) => {
    const ear = { stream, hear, over: false }
    ears.push(ear)
    return () => (ear.over = true)
  }
  const audio = () => players[players.push(new FakePlayer()) - 1]
  const microphone = new Microphone({ call, settings, devices, talk, notices, clock, listen, audio })
  /** One loudness for so long, as the worklet would tell it. */
  const hear = async (rms, ms = 20) => {
    for (let past = 0; past < ms; past += 20) {
      ears.at(-1).hear(rms)
      await clock.pass(20)
    }
  }
  return { clock, settings, call, media, devices, talk, said, players, ears, microphone, hear }
}

export async function inCall(choices, given) {
  const all = scene(choices, given)
  all.call.become('in')
  await flush()
  return { ...all, track: all.media.given[0] }
}
