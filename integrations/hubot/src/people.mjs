/** Who is who, as Hubot's brain has them: a user's id there is the id here, and the name is the handle. */

import { Gone } from './link.mjs'

/** @typedef {import('./link.mjs').Link} Link */
/** @typedef {{users: () => Record<string, any>, userForId: (id: string, options: object) => any}} Brain */

export class People {
  #brain

  /** @param {Brain} brain */
  constructor(brain) {
    this.#brain = brain
  }

  /**
   * The same user for ever, with all that scripts keep on them. The brain would make a new one for every other `room` in the options, so
   * that is set afterwards.
   * @param {string} user_id
   * @param {string} handle
   * @param {string} [room_id] where they are acting now
   */
  user(user_id, handle, room_id) {
    const user = this.#brain.userForId(user_id, { name: handle })
    user.name = handle
    if (room_id) user.room = room_id
    return user
  }

  /**
   * Somebody of whom an event told the id alone.
   * @param {Link} link
   * @param {string} user_id
   * @param {string} room_id
   */
  async find(link, user_id, room_id) {
    if (!(user_id in this.#brain.users())) await this.meet(link, room_id)
    return this.user(user_id, this.#brain.users()[user_id]?.name ?? user_id, room_id)
  }

  /**
   * Know everybody who is in a room.
   * @param {Link} link
   * @param {string} room_id
   */
  async meet(link, room_id) {
    try {
      const { members } = await link.insist('room.members', { room_id })
      for (const { user_id, handle } of members) this.user(user_id, handle)
    } catch (error) {
      if (error instanceof Gone) throw error // refused: the bot has just left; the ids are names enough
    }
  }
}
