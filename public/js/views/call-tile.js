/**
 * One tile: a picture that somebody shows, with the name on it, and what I can do with it. Its sound is not here: that sounds whether a
 * tile shows it or not. Where the camera is off there is the sign of the person.
 */

import { disc, fillDisc } from './disc.js'
import { icon, turn } from './icons.js'
import { make } from './make.js'
import { the } from './view.js'
import { openVolumes } from './volumes.js'

const [FULL, LEAVE_FULL] = ['Full screen', 'Leave full screen']
const [APART, IN_PAGE] = ['Picture in picture', 'Back into the page']

/** @typedef {import('../app.js').House} House */
/** @typedef {import('../rtc/tiles.js').Tile} Tile */
/** @typedef {{tile: Tile, large: boolean, only: boolean, speaks: boolean, muted: boolean, media: MediaStream | null, sharing: string}} Shown */

/**
 * @param {House} house
 * @param {Shown} shown
 */
export function makeTile(house, { tile: { key, user_id, self, stream_id, share } }) {
  const video = make('video', { part: 'video', autoplay: true, playsinline: true, 'aria-hidden': 'true', tabindex: -1 })
  video.muted = true
  video.disablePictureInPicture = false
  const act = (/** @type {string} */ part, /** @type {string} */ name, /** @type {import('./icons.js').Icon} */ sign, /** @type {(button: HTMLElement) => unknown} */ deed) => {
    const button = make('button', { type: 'button', part, title: name, 'aria-label': name, click: () => void deed(button) }, icon(sign))
    return button
  }
  const volume = act('volume', 'Volume', 'volume', (button) => openVolumes(house, button, user_id))
  volume.setAttribute('aria-haspopup', 'dialog')
  const pip = pictureInPicture() && act('pip', APART, 'pip', () => toggleApart(house, video))
  const full = document.fullscreenEnabled && act('full', FULL, 'full', () => toggleFull(figure))
  /** @type {HTMLElement} */
  const figure = make('figure', { class: 'tile', 'data-key': key, click: onPicture(() => house.stage.pin(key)), dblclick: onPicture(() => toggleFull(figure)) },
    video, disc('large'),
    make('figcaption', {}, make('span', { class: 'sign', part: 'muted' }, icon('mic off'), make('span', { class: 'unseen' }, 'muted')),
      make('bdi', { class: 'name', part: 'name' }), make('span', { part: 'what' })),
    make('div', { class: 'acts' }, !self && volume, pip, full, act('pin', 'Pin', 'pin', () => house.stage.pin(key))),
    share && self && make('button', { type: 'button', class: 'stop small', part: 'stop', click: () => house.screens.stop(stream_id) }))
  for (const type of ['enterpictureinpicture', 'leavepictureinpicture']) video.addEventListener(type, () => pip && name(pip, document.pictureInPictureElement === video ? IN_PAGE : APART))
  figure.addEventListener('fullscreenchange', () => full && name(full, document.fullscreenElement === figure ? LEAVE_FULL : FULL))
  return figure
}

/**
 * @param {HTMLElement} figure
 * @param {Shown} shown
 */
export function fillTile(figure, { tile, large, only, speaks, muted, media, sharing }) {
  const video = the(figure, 'video', HTMLVideoElement)
  const shown = tile.blank ? null : media
  if (video.srcObject !== shown) video.srcObject = shown
  figure.setAttribute('aria-label', tile.title)
  figure.classList.toggle('large', large)
  figure.classList.toggle('only', only)
  figure.classList.toggle('blank', !shown)
  figure.classList.toggle('share', tile.share)
  figure.classList.toggle('mirrored', tile.self && !tile.share)
  figure.classList.toggle('speaks', speaks && !tile.share)
  const mark = figure.querySelector('.disc')
  if (mark instanceof HTMLElement) fillDisc(mark, tile.user_id, tile.name)
  the(figure, 'name').textContent = tile.name
  the(figure, 'what').textContent = tile.share ? tile.what : ''
  the(figure, 'muted').hidden = tile.share || !muted
  const pin = the(figure, 'pin')
  pin.setAttribute('aria-label', large ? 'Unpin' : 'Pin')
  pin.title = large ? 'Back into the row' : 'Let it stand out'
  turn(pin, large ? 'unpin' : 'pin')
  const stop = figure.querySelector('[data-part="stop"]')
  if (stop) stop.textContent = `Stop sharing ${sharing}`
}

/** The window of a picture that is gone. */
export function closeEmptyWindow() {
  const video = document.pictureInPictureElement
  if (video instanceof HTMLVideoElement && !(video.isConnected && video.srcObject)) void document.exitPictureInPicture().catch(() => {})
}

/** Phones and old browsers have none. */
const pictureInPicture = () => document.pictureInPictureEnabled === true

/**
 * Not on what lies on the picture: buttons, and what they open.
 * @param {() => unknown} deed
 */
const onPicture = (deed) => (/** @type {Event} */ { target }) => void (target instanceof Element && !target.closest('.acts, .stop') && deed())

/**
 * @param {HTMLElement} button
 * @param {string} says what a press would do
 */
function name(button, says) {
  button.title = says
  button.setAttribute('aria-label', says)
}

/**
 * @param {House} house
 * @param {HTMLVideoElement} video
 */
async function toggleApart({ notices }, video) {
  try {
    await (document.pictureInPictureElement === video ? document.exitPictureInPicture() : video.requestPictureInPicture())
  } catch {
    notices.say('The browser gave this picture no window of its own. Let it show first, and then try again.')
  }
}

/** @param {HTMLElement} figure */
async function toggleFull(figure) {
  try {
    await (document.fullscreenElement === figure ? document.exitFullscreen() : figure.requestFullscreen())
  } catch {
    // not allowed now
  }
}
