/**
 * Where the focus goes when what had it goes away: to what stands next, so that whoever works by keys need not begin anew at the top of the
 * page. A mouse leaves no focus behind: then what is typed goes into the message, as always.
 */

/**
 * @param {import('./view.js').View} view
 * @param {string} of what it answers for, as a selector: itself, and what it takes the place of
 * @param {(gone: Element) => Iterable<Element>} heirs the first of them that can have the focus gets it
 * @returns {() => void} to be called when something may have gone
 */
export function passOn(view, of, heirs) {
  let last = /** @type {Element | null} */ (null)
  view.on(document, 'focusin', ({ target }) => (last = target instanceof Element && target.matches(':focus-visible') && target.closest(of) ? target : null))
  view.on(document, 'pointerdown', () => (last = null))
  const pass = () => {
    if (!last || stands(last) || !isFree(last)) return
    const heir = [...heirs(last)].find((one) => stands(one) && !one.matches(':disabled'))
    if (heir instanceof HTMLElement) heir.focus()
  }
  return () => queueMicrotask(pass) // once all others have drawn as well
}

/** @param {Element} element */
const stands = (element) => element.isConnected && !element.closest('[hidden]')

/**
 * Nobody else has got it meanwhile.
 * @param {Element} gone
 */
const isFree = (gone) => [gone, document.body, null].includes(/** @type {any} */ (document.activeElement))
