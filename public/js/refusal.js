/**
 * What came instead of a reply. The codes are the protocol's, and three of our own: OFFLINE (it never left), LOST (it left,
 * and nobody knows whether it was done) and TIMEOUT. Nothing else is ever thrown at somebody who asks.
 */

const PASSING = new Set(['OFFLINE', 'LOST', 'TIMEOUT', 'UNAVAILABLE', 'RATE_LIMITED', 'INTERNAL'])

export class Refusal extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {{details?: Record<string, any>, trace?: string}} [more]
   */
  constructor(code, message, { details = {}, trace = '' } = {}) {
    super(message)
    this.name = 'Refusal'
    this.code = code
    this.details = details
    this.trace = trace
  }

  /** The same may well succeed later, and asking again does no harm where the request can be repeated. */
  get passing() {
    return PASSING.has(this.code)
  }

  /** How long the server asks us to wait. */
  get waitMs() {
    const ms = this.details.retry_after_ms
    return typeof ms === 'number' && ms > 0 ? ms : 0
  }

  /**
   * From the body of an `error`, whatever it holds.
   * @param {any} body
   * @param {string} [trace]
   */
  static of(body, trace = '') {
    const { code = 'INTERNAL', message = 'The server refused.', details } = body ?? {}
    return new Refusal(String(code), String(message), { details: details ?? {}, trace })
  }
}

/**
 * Whatever was thrown, as something to show.
 * @param {unknown} error
 * @returns {Refusal}
 */
export const refusal = (error) => (error instanceof Refusal ? error : new Refusal('INTERNAL', String(error)))
