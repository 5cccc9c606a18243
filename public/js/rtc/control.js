/**
 * Small words between two peers, past the server: a data channel that both have from the start, so that even two who only listen have a
 * way to one another. A word is a JSON object; whatever else arrives is dropped. `{ping}` is answered here.
 *
 * Tells `open`, and `word` with the word.
 */

const LONGEST = 4_096
const FULL = 65_536

export class Control extends EventTarget {
  #channel

  /** @param {RTCPeerConnection} pc */
  constructor(pc) {
    super()
    this.#channel = pc.createDataChannel('control', { negotiated: true, id: 0 })
    this.#channel.addEventListener('open', () => void this.dispatchEvent(new CustomEvent('open')))
    this.#channel.addEventListener('message', ({ data }) => this.#hear(data))
  }

  get open() {
    return this.#channel.readyState === 'open'
  }

  /**
   * @param {object} word
   * @returns {boolean} whether it left; nothing waits here, for what is said late may be wrong by then
   */
  tell(word) {
    if (!this.open || this.#channel.bufferedAmount > FULL) return false
    try {
      this.#channel.send(JSON.stringify(word))
      return true
    } catch {
      return false // closed meanwhile
    }
  }

  /** @param {any} data */
  #hear(data) {
    const word = read(data)
    if (!word) return
    if ('ping' in word) return void this.tell({ pong: word.ping })
    this.dispatchEvent(new CustomEvent('word', { detail: word }))
  }
}

/**
 * @param {any} data
 * @returns {Record<string, unknown> | null}
 */
function read(data) {
  if (typeof data !== 'string' || data.length > LONGEST) return null
  try {
    const word = JSON.parse(data)
    return word && typeof word === 'object' && !Array.isArray(word) ? word : null
  } catch {
    return null
  }
}
