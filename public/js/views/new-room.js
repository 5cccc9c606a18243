/**
 * The dialog that makes a room.
 */

import { refusal } from '../refusal.js'
import { View } from './view.js'

export class NewRoom extends View {
  enter() {
    const dialog = this.the('new-room', HTMLDialogElement)
    this.on(dialog, 'wanted', () => {
      this.the('problem').textContent = ''
      dialog.showModal()
    })
    this.on(this.the('cancel'), 'click', () => dialog.close())
    this.on(this.the('form'), 'submit', (event) => {
      event.preventDefault()
      void this.#create(dialog)
    })
  }

  /** @param {HTMLDialogElement} dialog */
  async #create(dialog) {
    const { rooms, here } = this.house
    const group = this.the('group', HTMLInputElement).checked
    const create = this.the('create', HTMLButtonElement)
    create.disabled = true
    try {
      const room_id = await rooms.create({
        kind: group ? 'group' : 'public',
        name: this.the('name', HTMLInputElement).value.trim(),
        topic: this.the('topic', HTMLInputElement).value.trim(),
      })
      this.the('form', HTMLFormElement).reset()
      dialog.close()
      here.open(room_id)
    } catch (error) {
      this.the('problem').textContent = refusal(error).message
    } finally {
      create.disabled = false
    }
  }
}
