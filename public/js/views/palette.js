/**
 * Ctrl+K: a field and what it could mean. Enter goes there; a person is named in the message being written, and a command that needs
 * more is begun there.
 */

import { ways } from '../palette.js'
import { make, theirs } from './make.js'

/** @typedef {import('../palette.js').Way} Way */

/** @param {import('../app.js').House} house */
export function openPalette(house) {
  if (document.querySelector('dialog[open]')) return
  let [found, at] = [/** @type {Way[]} */ ([]), 0]
  const list = make('ul', { class: 'found', role: 'listbox', id: 'palette-found', 'aria-label': 'Places' })
  const none = make('p', { class: 'faint', role: 'status' })
  const field = make('input', {
    role: 'combobox', 'aria-label': 'Go to', placeholder: 'Go to a #room, a @person or a /command', autocomplete: 'off', spellcheck: 'false',
    'aria-autocomplete': 'list', 'aria-expanded': 'true', 'aria-controls': 'palette-found', maxlength: 80,
  })
  const dialog = make('dialog', { class: 'palette', 'aria-label': 'Go to', close: () => dialog.remove() }, field, list, none)
  const take = (/** @type {number} */ index) => {
    const way = found[index]
    if (!way) return
    dialog.close()
    go(house, way)
  }
  const mark = () => {
    for (const [i, row] of [...list.children].entries()) row.setAttribute('aria-selected', String(i === at))
    if (found.length) field.setAttribute('aria-activedescendant', `way-${at}`)
    else field.removeAttribute('aria-activedescendant')
    list.children[at]?.scrollIntoView({ block: 'nearest' })
  }
  const draw = () => {
    found = ways(field.value, { rooms: house.rooms.all(), people: house.presence.all(), commands: house.commands.all(house.here.room_id), here: house.here.room_id })
    at = 0
    list.replaceChildren(...found.map((way, i) => row(way, i, () => take(i))))
    none.textContent = found.length ? '' : 'Nothing of that name.'
    mark()
  }
  const step = (/** @type {number} */ by) => {
    at = (at + by + found.length) % Math.max(1, found.length)
    mark()
  }
  field.addEventListener('input', draw)
  field.addEventListener('keydown', (event) => {
    const deed = { ArrowDown: () => step(1), ArrowUp: () => step(-1), Enter: () => take(at) }[event.key]
    if (!deed || event.isComposing) return
    event.preventDefault()
    deed()
  })
  dialog.addEventListener('click', ({ target }) => target === dialog && dialog.close())
  document.body.append(dialog)
  dialog.showModal()
  draw()
}

/**
 * @param {Way} way
 * @param {number} index
 * @param {() => void} click
 */
function row({ sign, name, more }, index, click) {
  const given = { role: 'option', id: `way-${index}`, click }
  return make('li', given, make('span', { class: 'sign', 'aria-hidden': 'true' }, sign), theirs(name, 'name'), ' ', theirs(more, 'faint'))
}

/**
 * @param {import('../app.js').House} house
 * @param {Way} way
 */
function go({ here, commands, notices }, { kind, id, more }) {
  if (kind === 'room') return here.open(id)
  const composer = document.querySelector('message-composer')
  const writes = composer instanceof HTMLElement && !composer.hidden ? /** @type {import('./message-composer.js').MessageComposer} */ (composer) : null
  if (kind === 'person') return writes ? writes.write(`${more} `) : notices.say('Open a room first.')
  const command = commands.all(here.room_id).find(({ name }) => name === id)
  if (command?.takes && !command.takes.startsWith('[')) return writes ? writes.begin(`/${id} `) : notices.say('Open a room first.')
  void notices.tryTo(async () => {
    const done = await commands.run(`/${id}`, here.room_id)
    if (done && 'say' in done) notices.say(done.say)
    else if (done) writes?.write(done.send)
  })
}
