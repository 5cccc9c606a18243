/**
 * One tile: a picture that somebody shows, with the name on it, and what I can do with it. Its sound is not here: that sounds whether a
 * tile shows it or not. Where the camera is off there is the sign of the person.
 */

import { disc, fillDisc } from './disc.js'
import { icon, turn } from './icons.js'
import { make } from './make.js'
import { the } from './view.js'
import { openVolumes } from './volumes.js'

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
    const button = make('button', { type: 'button', part, title: name, 'aria-label': name, click: (/** @type {Event} */ event) => (event.stopPropagation(), void deed(button)) }, icon(sign))
    return button
  }
  const volume = act('volume', 'Volume', 'volume', (button) => openVolumes(house, button, user_id))
  volume.setAttribute('aria-haspopup', 'dialog')
  /** @type {HTMLElement} */
  const figure = make('figure', { class: 'tile', 'data-key': key, click: () => house.stage.pin(key), dblclick: () => toggleFull(figure) },
    video, disc('large'),
    make('figcaption', {}, make('span', { class: 'sign', part: 'muted' }, icon('mic off'), make('span', { class: 'unseen' }, 'muted')),
      make('bdi', { class: 'name', part: 'name' }), make('span', { part: 'what' })),
    make('div', { class: 'acts' }, !self && volume, pictureInPicture() && act('pip', 'Picture in picture', 'pip', () => toggleApart(video)),
      document.fullscreenEnabled && act('full', 'Full screen', 'full', () => toggleFull(figure)), act('pin', 'Pin', 'pin', () => house.stage.pin(key))),
    share && self && make('button', { type: 'button', class: 'stop small', part: 'stop', click: (/** @type {Event} */ event) => (event.stopPropagation(), house.screens.stop(stream_id)) }))
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

/** Phones and old browsers have none. */
const pictureInPicture = () => document.pictureInPictureEnabled === true

/** @param {HTMLVideoElement} video */
async function toggleApart(video) {
  try {
    await (document.pictureInPictureElement === video ? document.exitPictureInPicture() : video.requestPictureInPicture())
  } catch {
    // nothing to show yet, or not allowed now
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
