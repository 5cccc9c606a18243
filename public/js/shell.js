/**
 * The shell of the page kept by a service worker: registered here, and heard when a newer version of the page lies ready.
 *
 * Tells `change` when `renewed` does, and `open` {room_id, seq} when a notice of the worker's was pressed. Where there is no worker (plain http on another machine) the page works without.
 */

export class Shell extends EventTarget {
  #worker
  #url
  renewed = false

  /** @param {{worker: ServiceWorkerContainer | undefined, url: () => string}} doors */
  constructor({ worker, url }) {
    super()
    this.#worker = worker
    this.#url = url
    worker?.addEventListener('message', (event) => this.#heard(event.data))
  }

  /** Once the page is up, so that it does not wait for the worker. */
  async start() {
    try {
      await this.#worker?.register(this.#url())
    } catch {
      // private windows, or storage forbidden: then the page needs the server to open
    }
  }

  /** Not now: it comes with the next opening anyway. */
  later() {
    this.#become(false)
  }

  /** @param {any} message */
  #heard(message) {
    if (message?.kind === 'renewed') this.#become(true)
    const spot = spotIn(message)
    if (message?.kind === 'open' && spot.room_id) this.dispatchEvent(new CustomEvent('open', { detail: spot }))
  }

  /** @param {boolean} renewed */
  #become(renewed) {
    this.renewed = renewed
    this.dispatchEvent(new CustomEvent('change'))
  }
}

/**
 * The worker's address, as a page under Trusted Types may say it: one policy, and it knows nothing but this one text.
 * @param {any} trustedTypes the browser's, where it has them
 * @returns {string}
 */
export function workerUrl(trustedTypes) {
  const only = '/sw.js'
  return trustedTypes?.createPolicy('shell', { createScriptURL: () => only }).createScriptURL('') ?? only
}

/**
 * @param {any} data what a notice carries
 * @returns {{room_id: string, seq: number}}
 */
export function spotIn(data) {
  const { room_id, seq } = Object(data)
  return { room_id: typeof room_id === 'string' ? room_id : '', seq: Number.isSafeInteger(seq) && seq > 0 ? seq : 0 }
}
