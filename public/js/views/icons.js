/**
 * The signs of the call and of the room, drawn by code: lines of one weight on a square of 24, in the colour of the text beside them. They are decoration;
 * what a button does stands in its label.
 */

const SVG = 'http://www.w3.org/2000/svg'
const SLASH = 'M4 4l16 16'
const MIC = 'M12 3.5a2.75 2.75 0 0 1 2.75 2.75v5a2.75 2.75 0 0 1-5.5 0v-5A2.75 2.75 0 0 1 12 3.5zM6.5 11a5.5 5.5 0 0 0 11 0M12 16.5V20M9 20h6'
const EARS = 'M4.5 17v-4.5a7.5 7.5 0 0 1 15 0V17M4.5 14.5h2.25a1 1 0 0 1 1 1v3a1 1 0 0 1-1 1H6a1.5 1.5 0 0 1-1.5-1.5zM19.5 14.5h-2.25a1 1 0 0 0-1 1v3a1 1 0 0 0 1 1H18a1.5 1.5 0 0 0 1.5-1.5z'
const CAMERA = 'M5 7h8.5A1.5 1.5 0 0 1 15 8.5v7a1.5 1.5 0 0 1-1.5 1.5H5a1.5 1.5 0 0 1-1.5-1.5v-7A1.5 1.5 0 0 1 5 7zM15 10.75l5.5-3v8.5l-5.5-3'
const HEAD = 'M9.25 11.5a3.25 3.25 0 1 0 0-6.5 3.25 3.25 0 0 0 0 6.5z'
const PHONE = 'M7.1 4h2.3l1.3 3.6-1.7 1.5a11 11 0 0 0 5.9 5.9l1.5-1.7 3.6 1.3v2.3A2.6 2.6 0 0 1 17.2 20 13.6 13.6 0 0 1 4 6.8 2.6 2.6 0 0 1 7.1 4z'

const PATHS = Object.freeze({
  mic: MIC,
  'mic off': `${MIC} ${SLASH}`,
  ears: EARS,
  'ears off': `${EARS} ${SLASH}`,
  camera: CAMERA,
  'camera off': `${CAMERA} ${SLASH}`,
  screen: 'M4.5 5h15A1.5 1.5 0 0 1 21 6.5v8a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 14.5v-8A1.5 1.5 0 0 1 4.5 5zM9 20h6M12 16v4M12 13V8M9.75 10.25L12 8l2.25 2.25',
  settings: 'M4 7.5h9M17 7.5h3M4 16.5h3M11 16.5h9M13 5.5h4v4h-4zM7 14.5h4v4H7z',
  quality: 'M5 19v-4M10 19v-7M15 19V9M20 19V5',
  call: PHONE,
  members: `${HEAD}M3 19v-.5A4.25 4.25 0 0 1 7.25 14.25h4a4.25 4.25 0 0 1 4.25 4.25v.5M15.75 5.2a3.25 3.25 0 0 1 0 6.1M18.25 14.5A4.25 4.25 0 0 1 21 18.5v.5`,
  invite: `${HEAD}M3 19v-.5A4.25 4.25 0 0 1 7.25 14.25h4a4.25 4.25 0 0 1 4.25 4.25v.5M18.5 7.5v6M15.5 10.5h6`,
  leave: 'M3 14.2c0-1 .6-2 1.6-2.5a16.6 16.6 0 0 1 14.8 0c1 .5 1.6 1.5 1.6 2.5v1.3c0 .7-.6 1.2-1.3 1l-3.2-.6a1 1 0 0 1-.8-1v-2a13 13 0 0 0-7.4 0v2a1 1 0 0 1-.8 1l-3.2.6a1 1 0 0 1-1.3-1z',
  pin: 'M9 4h6M10 4v5.5L7 13v1.5h10V13l-3-3.5V4M12 14.5V20',
  unpin: 'M9 4h6M10 4v5.5L7 13v1.5h10V13l-3-3.5V4M12 14.5V20M4 4l16 16',
  full: 'M4 9V5a1 1 0 0 1 1-1h4M15 4h4a1 1 0 0 1 1 1v4M20 15v4a1 1 0 0 1-1 1h-4M9 20H5a1 1 0 0 1-1-1v-4',
  pip: 'M4.5 5h15A1.5 1.5 0 0 1 21 6.5v11a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5v-11A1.5 1.5 0 0 1 4.5 5zM12 12h6v4.5h-6z',
  volume: 'M4 10v4h3.5L12 18V6L7.5 10zM15.5 9a4.2 4.2 0 0 1 0 6M18 6.5a7.8 7.8 0 0 1 0 11',
  stop: 'M6.5 6.5l11 11M17.5 6.5l-11 11',
  chat: 'M5.5 5h13A1.5 1.5 0 0 1 20 6.5v8a1.5 1.5 0 0 1-1.5 1.5H11l-4.5 4v-4h-1A1.5 1.5 0 0 1 4 14.5v-8A1.5 1.5 0 0 1 5.5 5z',
})

/** @typedef {keyof typeof PATHS} Icon */

/** @param {Icon} name */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg')
  for (const [attribute, value] of Object.entries({ viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true' })) svg.setAttribute(attribute, value)
  svg.append(path(name))
  return svg
}

/**
 * Another sign on the same button, only where it is another.
 * @param {Element} within
 * @param {Icon} name
 */
export function turn(within, name) {
  const svg = within.querySelector('svg.icon')
  if (svg?.firstElementChild?.getAttribute('d') !== PATHS[name]) svg?.replaceChildren(path(name))
}

/** @param {Icon} name */
function path(name) {
  const drawn = document.createElementNS(SVG, 'path')
  drawn.setAttribute('d', PATHS[name])
  return drawn
}
