/**
 * The forms that a stream has, and what each is worth: least and most bit/s, weight, and which size and rate of pictures so many bit/s
 * can carry. Figures are the table of CALLS section 2; the ladder below it is arithmetic, not measured.
 */

/** @typedef {'voice' | 'sound' | 'camera' | 'screen' | 'game'} Form `game` is a screen where motion counts, `sound` a screen's */
/** @typedef {{floor: number, ceiling: number, low: number, weight: number, name: string}} Worth `low` is the most for a small tile */

/** Opus with its own target of 32 kbit/s sends 25 of them and 23 of headers, 48 in all (measured, CALLS 2). */
export const VOICE = { cost: 50_000, payload: 32_000 }

/** @type {Record<Form, Worth>} */
export const FORMS = {
  voice: { floor: VOICE.cost, ceiling: VOICE.cost, low: VOICE.cost, weight: 0, name: 'voice' },
  sound: { floor: 32_000, ceiling: 96_000, low: 96_000, weight: 1, name: 'screen sound' },
  camera: { floor: 80_000, ceiling: 1_200_000, low: 200_000, weight: 1, name: 'camera' },
  screen: { floor: 50_000, ceiling: 2_500_000, low: 350_000, weight: 6, name: 'screen' },
  game: { floor: 50_000, ceiling: 6_000_000, low: 500_000, weight: 6, name: 'screen' },
}

/** A camera's most on a link, at the 3 Mbit/s of the table: it leaves space for a screen, and processor for so many encoders. */
const CAMERA = [[2, 1_200_000], [3, 700_000], [4, 400_000], [6, 200_000], [Infinity, 120_000]]

/**
 * The most that a stream may have on a link. A small tile among few people is not so small: it gets half of a large one's.
 * @param {Form} form
 * @param {'low' | 'high'} level
 * @param {number} people
 * @param {number} upload bit/s
 */
export function ceiling(form, level, people, upload) {
  const { ceiling: high, low } = FORMS[form]
  const most = form === 'camera' ? Math.min(high, row(people) * Math.max(1, upload / 3_000_000)) : high
  return level === 'high' ? most : Math.min(most, form === 'camera' ? Math.max(low, row(people) / 2) : low)
}

/** @param {number} people */
const row = (people) => CAMERA.find(([up = 0]) => people <= up)?.[1] ?? 0

/** From so many bit/s on: lines of the picture (Infinity: as it is captured) and pictures a second. */
/** @type {Record<'camera' | 'screen' | 'game', Array<[from: number, lines: number, fps: number]>>} */
const LADDERS = {
  camera: [[1_000_000, 720, 30], [600_000, 480, 30], [350_000, 360, 24], [150_000, 270, 20], [0, 180, 15]],
  screen: [[2_000_000, Infinity, 15], [1_500_000, 1080, 15], [700_000, 1080, 10], [450_000, 720, 15], [300_000, 720, 10], [0, 720, 5]],
  game: [[4_000_000, Infinity, 60], [2_500_000, 720, 60], [1_200_000, 720, 30], [600_000, 540, 30], [300_000, 360, 30], [0, 270, 20]],
}

/**
 * @param {'camera' | 'screen' | 'game'} form
 * @param {number} bitrate
 */
export function format(form, bitrate) {
  const [, lines, fps] = LADDERS[form].find(([from]) => bitrate >= from) ?? [0, 180, 15]
  return { lines, fps }
}
