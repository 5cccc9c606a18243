/**
 * What calls need of the browser, in one place, so that a test can give other things. Everything is asked for when it is used: a page on
 * plain http has no `media`, a very old one no `connect`, and both must still open.
 *
 * @typedef {object} RtcDoors
 * @property {(config: RTCConfiguration) => RTCPeerConnection} connect
 * @property {(tracks?: MediaStreamTrack[]) => MediaStream} stream
 * @property {MediaDevices | undefined} media
 * @property {() => HTMLAudioElement} audio
 * @property {() => AudioContext} context
 * @property {import('./microphone.js').Listen} listen
 * @property {boolean} secure
 * @property {string} origin where the page is open
 */

import { earOf } from './ear.js'

const context = () => new AudioContext({ latencyHint: 'interactive' })

/** @returns {RtcDoors} */
export const browserDoors = () => ({
  connect: (config) => new RTCPeerConnection(config),
  stream: (tracks = []) => new MediaStream(tracks),
  media: navigator.mediaDevices,
  audio: () => new Audio(),
  context,
  listen: earOf(context),
  secure: isSecureContext,
  origin: location.origin,
})

/**
 * Where there is no browser at all: nothing can be taken, and no call is ever joined.
 * @returns {RtcDoors}
 */
export const closedDoors = () => ({
  connect: () => {
    throw new Error('no calls here')
  },
  stream: () => /** @type {any} */ ({ id: '', getTracks: () => [], getAudioTracks: () => [], getVideoTracks: () => [] }),
  media: undefined,
  audio: () => /** @type {any} */ ({ play: async () => {}, pause: () => {} }),
  context: () => /** @type {any} */ (null),
  listen: () => () => {},
  secure: false,
  origin: '',
})
