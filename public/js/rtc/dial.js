/**
 * One sender's settings, changed one after another: what was wished last holds in the end. Between reading and writing them somebody
 * may have changed them, or the sender may not be ready: then it is tried again, and after some tries given up until the next wish.
 * It never throws. What a browser does not know (degradationPreference, priority) is left away when it is refused.
 */

/**
 * @typedef {object} Wish
 * @property {boolean} active
 * @property {number} maxBitrate bit/s; not looked at when not active
 * @property {number} [scaleResolutionDownBy]
 * @property {number} [maxFramerate]
 * @property {'balanced' | 'maintain-framerate' | 'maintain-resolution'} [degradation]
 * @property {RTCPriorityType} [priority]
 */

/** @typedef {Pick<RTCRtpSender, 'getParameters' | 'setParameters'>} Sender */

const TRIES = 4
/** From this try on without what may not be known here. */
const PLAIN_FROM = 2

export class Dial {
  #sender
  #wish = /** @type {Wish | null} */ (null)
  #set = ''
  #busy = false

  /** @param {Sender} sender */
  constructor(sender) {
    this.#sender = sender
  }

  /** It may stand otherwise than we left it: a rollback undoes what was set since the offer that it takes back. */
  doubt() {
    this.#set = ''
  }

  /** @param {Wish} wish */
  turn(wish) {
    this.#wish = wish
    if (!this.#busy) void this.#work()
  }

  async #work() {
    this.#busy = true
    for (let failed = 0; failed < TRIES && this.#wish; ) {
      const wish = this.#wish
      const key = JSON.stringify(wish)
      if (key === this.#set) break
      try {
        await write(this.#sender, wish, failed >= PLAIN_FROM)
        this.#set = key
        failed = 0
      } catch {
        failed++ // somebody else wrote in between, or not negotiated yet
      }
    }
    this.#busy = false
  }
}

/**
 * @param {Sender} sender
 * @param {Wish} wish
 * @param {boolean} plain
 */
async function write(sender, wish, plain) {
  const parameters = sender.getParameters()
  const [encoding] = parameters.encodings ?? []
  if (!encoding) throw new Error('this sender is not ready')
  const { active, maxBitrate, scaleResolutionDownBy, maxFramerate, degradation, priority } = wish
  encoding.active = active
  if (active) encoding.maxBitrate = maxBitrate
  if (scaleResolutionDownBy !== undefined) encoding.scaleResolutionDownBy = scaleResolutionDownBy
  if (maxFramerate !== undefined) encoding.maxFramerate = maxFramerate
  if (priority && !plain) encoding.priority = priority
  if (degradation && !plain) Object.assign(parameters, { degradationPreference: degradation })
  await sender.setParameters(parameters)
}
