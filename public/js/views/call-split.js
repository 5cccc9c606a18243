/**
 * The line between the tiles and the chat: drawn by a finger or a mouse, or moved by the arrow keys.
 */

import { LEAST, MOST } from '../rtc/stage.js'

const STEP = 0.05

/**
 * @param {import('./view.js').View} stage
 * @param {HTMLElement} divider
 */
export function listenForDivider(stage, divider) {
  const noun = stage.house.stage
  divider.setAttribute('aria-valuemin', String(LEAST * 100))
  divider.setAttribute('aria-valuemax', String(MOST * 100))
  stage.on(divider, 'pointerdown', (event) => {
    divider.setPointerCapture(event.pointerId)
    event.preventDefault()
  })
  stage.on(divider, 'pointermove', ({ clientY, pointerId }) => {
    if (!divider.hasPointerCapture(pointerId)) return
    const [{ top }, { height = 1 } = {}] = [stage.getBoundingClientRect(), stage.parentElement?.getBoundingClientRect()]
    noun.divide({ share: (clientY - top) / height })
  })
  stage.on(divider, 'keydown', (event) => {
    const to = { ArrowUp: noun.split.share - STEP, ArrowDown: noun.split.share + STEP, Home: LEAST, End: MOST }[/** @type {string} */ (event.key)]
    if (to === undefined || event.altKey) return
    event.preventDefault()
    noun.divide({ share: to })
  })
}
