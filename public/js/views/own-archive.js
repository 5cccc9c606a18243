/**
 * A copy to keep: one room (`place`) or all of mine as a file, and reading such a file again.
 */

import { make } from './make.js'
import { View } from './view.js'

export class OwnArchive extends View {
  enter() {
    const { archive, rooms } = this.house
    const one = Boolean(this.dataset.place)
    const pick = make('input', { type: 'file', class: 'unseen', accept: '.jsonl,application/jsonl', 'aria-label': 'File to read', tabindex: -1, change: () => void this.#read(pick) })
    this.replaceChildren(
      make('h3', {}, 'A copy to keep'),
      make('p', { class: 'faint', part: 'state', role: 'status' }),
      make('div', { class: 'ends' },
        make('button', { class: 'small', part: 'stop', click: () => archive.stop() }, 'Stop'),
        make('button', { class: 'small', part: 'take', click: () => void this.#take() }, one ? 'Save this room as a file' : 'Save all my rooms as a file'),
        !one && make('button', { class: 'small', click: () => pick.click() }, 'Read a saved file'), !one && pick))
    this.follow(archive, rooms)
  }

  draw() {
    const { fetched } = this.house.archive
    const plain = this.dataset.place ? 'All that was said here, one line of JSON each.' : 'All that was said in your rooms, one line of JSON each.'
    this.the('state').textContent = fetched === null ? plain : `${fetched} messages so far…`
    this.the('stop').hidden = fetched === null
    this.the('take', HTMLButtonElement).disabled = fetched !== null
  }

  #take() {
    const { archive, rooms, notices } = this.house
    const { place } = this.dataset
    const mine = rooms.all().filter(({ joined, room_id }) => joined && (!place || place === room_id))
    return notices.tryTo(async () => {
      const file = await archive.take(mine)
      if (file) save(file, `${place ? slug(mine[0]?.name ?? '') : 'devchitchat'}-${new Date().toISOString().slice(0, 10)}.jsonl`)
    })
  }

  /** @param {HTMLInputElement} pick */
  async #read(pick) {
    const { archive, notices } = this.house
    const [file] = pick.files ?? []
    if (!file) return
    await notices.tryTo(async () => {
      const { copies, skipped } = await archive.open(file)
      const rooms = `${copies.length} ${copies.length === 1 ? 'room' : 'rooms'}`
      notices.say(`${rooms} read, to be found below your rooms.${skipped ? ` ${skipped} lines could not be read.` : ''}`)
    })
    pick.value = ''
  }
}

/**
 * @param {Blob} file
 * @param {string} name
 */
function save(file, name) {
  const url = URL.createObjectURL(file)
  make('a', { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000) // the download has begun by then; there is no event that says so
}

/** @param {string} name */
const slug = (name) => name.normalize('NFKD').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '').slice(0, 40) || 'room'
