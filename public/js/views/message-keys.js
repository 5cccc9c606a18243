/**
 * Reaching messages without a mouse: one of them is in the order of Tab, arrows go from one to the next, the context key or Enter opens
 * what can be done; on a phone a long press does.
 */

const PRESS_MS = 450
const STILL_PX = 10

/** @typedef {import('./message-actions.js').MessageActions} Actions */

/**
 * @param {import('./view.js').View} view
 * @param {HTMLElement} list
 * @param {Actions} actions
 */
export function listenForMessages(view, list, actions) {
  for (const [type, moved] of /** @type {const} */ ([['pointerover', false], ['pointermove', true]])) {
    view.on(list, type, ({ target, pointerType }) => pointerType === 'mouse' && withRow(target, (row) => actions.hover(row, { moved })))
  }
  view.on(list, 'pointerleave', () => actions.leave())
  view.on(list, 'focusin', ({ target }) => withRow(target, (row) => {
    rove(list, row)
    if (target.matches(':focus-visible')) actions.come(row)
  }))
  view.on(list, 'focusout', ({ target, relatedTarget }) => {
    if (!(relatedTarget instanceof Element) || relatedTarget.closest('dialog, [popover]')) return // from those it comes back
    withRow(target, (row) => row.contains(relatedTarget) || queueMicrotask(() => actions.unfocus()))
  })
  view.on(list, 'keydown', (event) => withRow(event.target, (row) => pressed(event, list, row, actions)))
  listenForLongPress(view, list, actions)
}

/**
 * From an empty field to write in, the arrow goes up to the last that I said.
 * @param {import('./view.js').View} view
 * @param {(seq: number) => void} reveal
 */
export function listenForArrowUp(view, reveal) {
  const { deeds, here } = view.house
  view.on(document, 'keydown', (event) => {
    const { target, key, shiftKey, ctrlKey, altKey, metaKey, isComposing, defaultPrevented } = event
    if (key !== 'ArrowUp' || shiftKey || ctrlKey || altKey || metaKey || isComposing || defaultPrevented) return
    if (!(target instanceof HTMLTextAreaElement) || target.value || !target.closest('message-composer')) return
    const msg = deeds.lastOwn(here.room_id)
    if (!msg) return
    event.preventDefault()
    reveal(msg.seq)
    deeds.beginEdit(here.room_id, msg)
  })
}

/**
 * Keeps one message in the order of Tab, the newest unless somebody was elsewhere.
 * @param {HTMLElement} list
 * @param {HTMLElement} [to]
 */
export function rove(list, to) {
  const now = list.querySelector(':scope > .message[tabindex="0"]')
  if (now && (!to || now === to)) return
  const next = to ?? [...list.querySelectorAll(':scope > .message')].at(-1)
  now?.setAttribute('tabindex', '-1')
  next?.setAttribute('tabindex', '0')
}

/**
 * @param {KeyboardEvent} event
 * @param {HTMLElement} list
 * @param {HTMLElement} row
 * @param {Actions} actions
 */
function pressed(event, list, row, actions) {
  const menu = event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey) || (event.key === 'Enter' && event.target === row)
  if (menu) {
    event.preventDefault()
    return actions.menu(row)
  }
  const rows = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(':scope > .message')])
  const at = rows.indexOf(row)
  const next = event.target !== row ? undefined : { ArrowUp: rows[at - 1], ArrowDown: rows[at + 1], Home: rows[0], End: rows.at(-1) }[event.key]
  if (!next) return
  event.preventDefault()
  next.focus()
}

/**
 * @param {import('./view.js').View} view
 * @param {HTMLElement} list
 * @param {Actions} actions
 */
function listenForLongPress(view, list, actions) {
  const { clock } = view.house
  let end = () => {}
  let [x, y] = [0, 0]
  view.on(list, 'pointerdown', ({ target, pointerType, clientX, clientY }) => {
    end()
    if (pointerType === 'mouse' || target.closest('button, a, textarea')) return
    ;[x, y] = [clientX, clientY]
    end = clock.after(PRESS_MS, () => withRow(target, (row) => actions.menu(row, lifted(target, clock))))
  })
  view.on(list, 'pointermove', ({ clientX, clientY }) => Math.hypot(clientX - x, clientY - y) > STILL_PX && end())
  for (const type of ['pointerup', 'pointercancel']) view.on(list, type, () => end())
  view.on(document, 'pointerdown', ({ target, pointerType }) => {
    if (pointerType !== 'mouse' && !target.closest('.actions, [popover]')) actions.drop()
  })
  view.on(list, 'contextmenu', (event) => event.pointerType === 'touch' && event.preventDefault())
}

/**
 * Once the finger is up and the browser has done with it: of a press that has done something it makes no click.
 * @param {EventTarget} target where it went down; that hears of it even when it is in the page no more
 * @param {import('../clock.js').Clock} clock
 * @returns {Promise<void>}
 */
const lifted = (target, clock) => new Promise((resolve) => {
  const heard = new AbortController()
  const once = { once: true, signal: heard.signal }
  const end = (/** @type {Event} */ event) => {
    heard.abort()
    if (event.cancelable && event.type === 'touchend') event.preventDefault()
    clock.after(0, resolve)
  }
  for (const type of ['touchend', 'touchcancel']) target.addEventListener(type, end, once)
  const pen = (/** @type {PointerEvent} */ event) => event.pointerType !== 'touch' && end(event)
  for (const type of /** @type {const} */ (['pointerup', 'pointercancel'])) document.addEventListener(type, pen, { signal: heard.signal })
})

/**
 * @param {EventTarget | null} target
 * @param {(row: HTMLElement) => void} work
 */
function withRow(target, work) {
  const row = target instanceof Element ? target.closest('li.message') : null
  if (row instanceof HTMLElement) work(row)
}
