/**
 * The panels of a phone, pulled by a finger: from the left edge the rooms come, and what lies over the room is pushed back where it came
 * from. The panel follows the finger; let go, it slides on or back.
 */

import { Swipe } from '../swipe.js'

/** @param {import('./view.js').View} shell */
export function listenForPanels(shell) {
  const { here } = shell.house
  let swipe = /** @type {Swipe | null} */ (null)
  let finger = -1
  const end = () => {
    swipe = null
    delete shell.dataset.pulls
    shell.style.removeProperty('--pulled')
  }
  shell.on(shell, 'pointerdown', (event) => {
    if (swipe || !here.narrow || event.pointerType !== 'touch' || !event.isPrimary || sideways(event.target)) return
    finger = event.pointerId
    swipe = new Swipe(touch(event), { width: shell.clientWidth, pane: here.pane, back: here.room_id !== '' })
  })
  shell.on(shell, 'pointermove', (event) => {
    if (!swipe || event.pointerId !== finger) return
    swipe.move(touch(event))
    if (swipe.pull === null) return end()
    if (!swipe.pull) return
    shell.dataset.pulls = swipe.pull.panel
    shell.style.setProperty('--pulled', String(swipe.pull.opens ? 1 - swipe.share : swipe.share))
  })
  shell.on(shell, 'pointerup', (event) => {
    if (!swipe || event.pointerId !== finger) return
    swipe.move(touch(event))
    const { pull, done } = swipe
    end()
    if (pull && done) pull.opens ? here.show('rooms') : here.back()
  })
  shell.on(shell, 'pointercancel', ({ pointerId }) => pointerId === finger && end())
}

/** @param {PointerEvent} event */
const touch = ({ clientX, clientY, timeStamp }) => ({ x: clientX, y: clientY, ms: timeStamp })

/**
 * Where a finger across means something else: choosing text, or code that is wider than the page.
 * @param {EventTarget | null} target
 */
const sideways = (target) => target instanceof Element && Boolean(target.closest('input, textarea, select, pre, dialog, :popover-open'))
