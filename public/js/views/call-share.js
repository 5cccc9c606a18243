/**
 * Sharing a screen: how it is to be sent, the governor's warning before one that would not fit, and the way out of each.
 */

import { PRESETS } from '../rtc/display.js'
import { asked } from './dialog.js'
import { openMenu } from './menu.js'

/** @typedef {import('../app.js').House} House */
/** @typedef {import('../rtc/display.js').Preset} Preset */

/**
 * @param {House} house
 * @param {HTMLElement} button
 */
export function openShareMenu(house, button) {
  const presets = /** @type {Preset[]} */ (Object.keys(PRESETS))
  openMenu(button, [
    ...presets.map((preset) => ({ name: PRESETS[preset].name, about: PRESETS[preset].does, deed: () => void share(house, preset) })),
    ...house.screens.shares.map(({ stream_id, name }) => ({ name: `Stop ${name}`, grave: true, deed: () => house.screens.stop(stream_id) })),
  ])
}

/**
 * @param {House} house
 * @param {Preset} preset
 */
async function share({ governor, screens }, preset) {
  const text = governor.warning(preset)
  if (text && !(await asked({ title: 'This share may not fit', text, deed: 'Share anyway' }))) return
  await screens.start(preset)
}
