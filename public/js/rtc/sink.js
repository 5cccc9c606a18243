/**
 * Where sound comes out: an element on the picked speakers, or on the usual ones where those are not there or cannot be picked.
 */

/** @typedef {Pick<HTMLAudioElement, 'srcObject' | 'volume' | 'muted' | 'autoplay' | 'play' | 'pause'> & {setSinkId?: (id: string) => Promise<void>}} Player */

/**
 * @param {Player} player
 * @param {string} id '' for the usual ones
 */
export async function leadTo(player, id) {
  try {
    await player.setSinkId?.(id)
  } catch {
    if (id) await player.setSinkId?.('').catch(() => {}) // gone since the list was read
  }
}

/**
 * @param {Player} player
 * @returns {Promise<boolean>} whether the browser lets it sound
 */
export async function sounds(player) {
  try {
    await player.play()
    return true
  } catch (error) {
    return Object(error).name !== 'NotAllowedError' // anything else means that it is already another stream's, or none
  }
}

/** @param {Player} player */
export function silence(player) {
  player.pause()
  player.srcObject = null
}
