/**
 * A menu below a button: arrow keys move in it, Escape and a press elsewhere close it, and the focus goes back to the button.
 * One that a long press opens has to outlive the finger: a browser takes the lifting for a press elsewhere.
 */

import { make } from './make.js'

const MARGIN_PX = 4

/** @typedef {{name: string, deed: () => void, grave?: boolean, about?: string}} Item */

/**
 * @param {HTMLElement} button
 * @param {Item[]} items
 * @param {Promise<void>} [lifted] where a finger still holds what it pressed
 */
export function openMenu(button, items, lifted) {
  const menu = make('div', { role: 'menu', class: 'menu', popover: lifted ? 'manual' : 'auto', 'aria-label': button.getAttribute('aria-label') ?? button.textContent })
  for (const { name, deed, grave, about } of items) {
    const choose = () => {
      menu.hidePopover()
      deed()
    }
    menu.append(make('button', { role: 'menuitem', type: 'button', tabindex: -1, class: grave ? 'grave' : '', click: choose }, name, about && make('span', { class: 'faint' }, about)))
  }
  menu.addEventListener('keydown', (event) => move(menu, event))
  menu.addEventListener('toggle', (event) => {
    const open = /** @type {ToggleEvent} */ (event).newState === 'open'
    button.setAttribute('aria-expanded', String(open))
    if (!open) menu.remove()
  })
  const home = button.closest('dialog') ?? document.body // no row: that may be moved or go while the menu is open
  home.append(menu)
  button.setAttribute('aria-expanded', 'true')
  menu.showPopover()
  place(menu, button.getBoundingClientRect())
  focused(menu, 0)
  void lifted?.then(() => menu.isConnected && letClose(menu, button))
}

/**
 * From now on a press elsewhere closes it. Nothing of the change is seen. The focus goes to what the button stands in, and comes back there.
 * @param {HTMLElement} menu
 * @param {HTMLElement} button
 */
function letClose(menu, button) {
  menu.hidePopover()
  const home = button.closest('[tabindex]')
  if (home instanceof HTMLElement) home.focus({ preventScroll: true })
  menu.popover = 'auto'
  menu.showPopover()
  focused(menu, 0)
}

/**
 * @param {HTMLElement} menu
 * @param {DOMRect} near
 */
export function place(menu, near) {
  const { offsetWidth, offsetHeight } = menu
  const below = near.bottom + MARGIN_PX
  const top = below + offsetHeight < innerHeight ? below : Math.max(MARGIN_PX, near.top - offsetHeight - MARGIN_PX)
  menu.style.setProperty('top', `${top}px`)
  menu.style.setProperty('left', `${Math.max(MARGIN_PX, Math.min(near.right - offsetWidth, innerWidth - offsetWidth - MARGIN_PX))}px`)
}

/**
 * @param {HTMLElement} menu
 * @param {KeyboardEvent} event
 */
function move(menu, event) {
  const at = [...menu.children].indexOf(/** @type {Element} */ (document.activeElement))
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
  if (event.key === 'Tab') menu.hidePopover()
  if (to === undefined) return
  event.preventDefault()
  event.stopPropagation()
  focused(menu, to)
}

/**
 * @param {HTMLElement} menu
 * @param {number} index past either end it goes on at the other
 */
function focused(menu, index) {
  const count = menu.children.length
  const item = menu.children[(index + count) % count]
  if (item instanceof HTMLElement) item.focus()
}
