/**
 * What there is to see in a call, and how it is laid out: one tile for each stream with a picture, shares first, my own last. Pure: streams
 * and sizes in, tiles and sizes out.
 */

/** @typedef {'off' | 'low' | 'high'} Level */
/**
 * @typedef {object} Stream what of a call's stream is used here
 * @property {string} key
 * @property {string} peer_id
 * @property {string} user_id
 * @property {boolean} self
 * @property {string} stream_id
 * @property {string} kind
 * @property {string} label
 * @property {{audio: boolean, video: boolean}} tracks
 * @property {boolean} muted
 * @property {MediaStream | null} media
 */
/** @typedef {Stream & {name: string, what: string, title: string, share: boolean, blank: boolean, sound: boolean}} Tile */

const WORDS = /** @type {Record<string, string>} */ ({ cam: 'camera', screen: 'screen', window: 'window', tab: 'tab' })
const WIDE = 16 / 9

/**
 * @param {Stream[]} streams
 * @param {(user_id: string) => string} nameOf
 * @returns {Tile[]} none while nothing is shown but cameras that are off
 */
export function tilesOf(streams, nameOf) {
  const seen = /** @type {Map<string, number>} */ (new Map())
  const keys = new Set(streams.map(({ key }) => key))
  const tiles = streams.filter(({ tracks }) => tracks.video).map((stream) => {
    const nth = (seen.get(`${stream.peer_id} ${stream.kind}`) ?? 0) + 1
    seen.set(`${stream.peer_id} ${stream.kind}`, nth)
    const name = nameOf(stream.user_id)
    const what = `${WORDS[stream.kind] ?? stream.kind}${nth > 1 ? ` ${nth}` : ''}`
    return { ...stream, name, what, title: `${name}: ${what}`, share: stream.kind !== 'cam', blank: stream.muted, sound: keys.has(`${stream.key}a`) }
  })
  if (tiles.every(({ blank }) => blank)) return []
  return tiles.sort((one, other) => rank(one) - rank(other))
}

/** @param {Tile} tile */
const rank = ({ share, self }) => (share ? 0 : 2) + Number(self)

/**
 * As large as so many tiles can be in this space.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 * @returns {number} the width of each
 */
export function tileWidth(count, width, height, gap) {
  let best = 0
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns)
    const across = (width - gap * (columns - 1)) / columns
    const down = (height - gap * (rows - 1)) / rows
    best = Math.max(best, Math.min(across, down * WIDE))
  }
  return Math.max(0, Math.floor(best))
}

/**
 * What I want to get of a tile: nothing that nobody sees, all of what is looked at, and a little of the rest.
 * @param {object} seen
 * @param {boolean} seen.inView
 * @param {boolean} seen.apart in a window of its own, which is seen whatever the page does
 * @param {boolean} seen.awake whether the page is on screen
 * @param {boolean} seen.large pinned, full, or the only one
 * @returns {Level}
 */
export function wish({ inView, apart, awake, large }) {
  if (apart) return 'high'
  if (!awake || !inView) return 'off'
  return large ? 'high' : 'low'
}
