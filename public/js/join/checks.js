/**
 * What is tried once the page is secure: the socket and the way to the server by themselves, the microphone only when somebody presses
 * for it, for the browser asks them then.
 *
 * Tells `change`.
 */

import { meet } from './meet.js'

const SOCKET_MS = 8_000

/** @typedef {'later' | 'busy' | 'open' | 'shut'} Line */
/** @typedef {'later' | 'ask' | 'busy' | 'works' | 'denied' | 'held' | 'none' | 'taken' | 'lacking'} Microphone */
/** @typedef {'later' | 'busy' | import('./meet.js').Met} Peer */

export class Checks extends EventTarget {
  #doors
  socket = /** @type {Line} */ ('later')
  microphone = /** @type {Microphone} */ ('later')
  peer = /** @type {Peer} */ ('later')

  /**
   * @param {object} doors
   * @param {() => WebSocket} doors.open
   * @param {Pick<MediaDevices, 'getUserMedia'> | undefined} doors.media
   * @param {() => Promise<string>} doors.leave what the browser has been told of the microphone: granted, denied or prompt
   * @param {Parameters<typeof meet>[0]['peer']} doors.peer
   * @param {Parameters<typeof meet>[0]['ask']} doors.ask
   * @param {import('../clock.js').Clock} doors.clock
   */
  constructor(doors) {
    super()
    this.#doors = doors
  }

  /** All that needs nobody's leave. */
  async start() {
    await Promise.all([this.trySocket(), this.tryPeer(), this.#readLeave()])
  }

  async trySocket() {
    this.#become({ socket: 'busy' })
    this.#become({ socket: (await this.#opens()) ? 'open' : 'shut' })
  }

  async tryPeer() {
    this.#become({ peer: 'busy' })
    this.#become({ peer: await meet(this.#doors) })
  }

  /** Asks for the microphone, and lets it go at once. */
  async tryMicrophone() {
    const { media } = this.#doors
    if (!media) return this.#become({ microphone: 'lacking' })
    this.#become({ microphone: 'busy' })
    try {
      const stream = await media.getUserMedia({ audio: true })
      for (const track of stream.getTracks()) track.stop()
      this.#become({ microphone: 'works' })
    } catch (error) {
      this.#become({ microphone: whyNot(error) })
    }
  }

  async #readLeave() {
    const { media, leave } = this.#doors
    if (!media) return this.#become({ microphone: 'lacking' })
    const said = await leave().catch(() => 'prompt')
    if (this.microphone === 'later') this.#become({ microphone: said === 'denied' ? 'denied' : 'ask' })
  }

  /** @returns {Promise<boolean>} */
  #opens() {
    const { open, clock } = this.#doors
    return new Promise((resolve) => {
      const socket = open()
      const end = (/** @type {boolean} */ good) => {
        cancel()
        resolve(good)
        socket.close()
      }
      const cancel = clock.after(SOCKET_MS, () => end(false))
      socket.addEventListener('open', () => end(true))
      socket.addEventListener('close', () => end(false))
    })
  }

  /** @param {Partial<{socket: Line, microphone: Microphone, peer: Peer}>} found */
  #become(found) {
    Object.assign(this, found)
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/**
 * @param {unknown} error
 * @returns {Microphone}
 */
function whyNot(error) {
  const { name, message } = Object(error)
  switch (name) {
    case 'NotAllowedError': return /system/i.test(message) ? 'held' : 'denied'
    case 'SecurityError': return 'denied'
    case 'NotFoundError': return 'none'
    case 'OverconstrainedError': return 'none'
    default: return 'taken'
  }
}
