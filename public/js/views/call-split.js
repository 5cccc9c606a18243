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
  let from = { y: 0, share: 0, height: 1 }
  stage.on(divider, 'pointerdown', (event) => {
    divider.setPointerCapture(event.pointerId)
    from = { y: event.clientY, share: noun.split.share, height: stage.parentElement?.clientHeight || 1 }
    event.preventDefault()
  })
  stage.on(divider, 'pointermove', ({ clientY, pointerId }) => {
    if (divider.hasPointerCapture(pointerId)) noun.divide({ share: from.share + (clientY - from.y) / from.height })
  })
  stage.on(divider, 'keydown', (event) => {
    const to = { ArrowUp: noun.split.share - STEP, ArrowDown: noun.split.share + STEP, Home: LEAST, End: MOST }[/** @type {string} */ (event.key)]
    if (to === undefined || event.altKey) return
    event.preventDefault()
    noun.divide({ share: to })
  })
}
