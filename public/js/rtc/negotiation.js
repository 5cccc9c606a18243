/**
 * Perfect negotiation of one RTCPeerConnection (webrtc-pc, "Perfect negotiation example"), with what the example does not tell: what
 * comes in is taken one after another, what is stale is dropped by its tag, and what fails never breaks the link (CALLS 1).
 * One that comes from another connection than we know is not for us: it and all behind it are handed to `moved`.
 */

import { quietOpus } from './sdp.js'
import { offerTag, readTag, replyTag } from './tag.js'

/** @typedef {'offer' | 'answer' | 'ice'} Kind */
/** @typedef {{sdp?: string, candidate?: RTCIceCandidateInit | null, pc_id?: string | null}} Said */
/** @typedef {{kind: Kind, body: Said}} Signal */
/**
 * @typedef {object} Ways
 * @property {RTCPeerConnection} pc
 * @property {string} pc_id
 * @property {boolean} polite
 * @property {(kind: Kind, body: Said, still: () => boolean) => void} send `still`: whether it is worth sending again
 * @property {(signals: Signal[]) => void} moved
 */

export class Negotiation {
  #ways
  #making = false
  #ignoring = false
  #closed = false
  #busy = false
  #inbox = /** @type {Signal[]} */ ([])
  #offers = 0
  #tag = ''
  #remote = /** @type {string | null} */ (null)
  /** What went wrong, for whoever looks for a bug; how often we both offered at once, and whose was passed over. */
  counts = { offers: 0, answers: 0, collisions: 0, ignored: 0, stale: 0, faults: 0 }

  /** @param {Ways} ways */
  constructor(ways) {
    this.#ways = ways
    ways.pc.addEventListener('negotiationneeded', () => void this.#offer())
    ways.pc.addEventListener('icecandidate', ({ candidate }) => this.#found(candidate))
  }

  /**
   * @param {Kind} kind
   * @param {Said} body
   */
  hear(kind, body) {
    this.#inbox.push({ kind, body })
    if (!this.#busy) void this.#work()
  }

  /** Our offer may not have arrived: the same again, with all candidates found so far. An answer that came twice does no harm. */
  resend() {
    if (this.#ways.pc.signalingState === 'have-local-offer') this.#tell()
  }

  close() {
    this.#closed = true
  }

  async #work() {
    this.#busy = true
    for (let next = this.#inbox[0]; next && !this.#closed; next = this.#inbox[0]) {
      if (this.#strange(next)) return this.#ways.moved(this.#inbox.splice(0))
      this.#inbox.shift()
      await this.#take(next).catch(() => void this.counts.faults++)
    }
    this.#busy = false
  }

  /** @param {Signal} signal */
  #strange({ kind, body }) {
    return kind === 'offer' && this.#remote !== null && readTag(body.pc_id).pc !== this.#remote
  }

  /** @param {Signal} signal */
  async #take({ kind, body }) {
    if (kind === 'offer') await this.#answer(body)
    else if (this.#stale(kind, body)) this.counts.stale++
    else if (kind === 'answer') await this.#accept(body)
    else await this.#reach(body)
  }

  async #offer() {
    const { pc, pc_id } = this.#ways
    try {
      this.#making = true
      await pc.setLocalDescription()
      if (pc.localDescription?.type === 'offer') this.#tag = offerTag(pc_id, ++this.#offers)
      this.#tell()
    } catch {
      this.counts.faults++ // overtaken by their offer, or closed
    } finally {
      this.#making = false
    }
  }

  /** @param {Said} body */
  async #answer(body) {
    const { pc, pc_id, polite } = this.#ways
    const collision = this.#making || pc.signalingState !== 'stable'
    this.#ignoring = collision && !polite
    if (collision) this.counts.collisions++
    if (this.#ignoring) return void this.counts.ignored++
    await pc.setRemoteDescription({ type: 'offer', sdp: quietOpus(body.sdp ?? '') })
    this.#remote = readTag(body.pc_id).pc
    await pc.setLocalDescription()
    this.#tag = replyTag(pc_id, body.pc_id ?? '')
    this.#tell()
  }

  /** @param {Said} body */
  async #accept(body) {
    await this.#ways.pc.setRemoteDescription({ type: 'answer', sdp: quietOpus(body.sdp ?? '') })
    this.#remote = readTag(body.pc_id).pc
  }

  /** @param {Said} body */
  async #reach({ candidate }) {
    if (!candidate?.candidate) return // they have no more, which changes nothing for us
    await this.#ways.pc.addIceCandidate(candidate).catch((error) => {
      if (!this.#ignoring) throw error
    })
  }

  /**
   * @param {Kind} kind
   * @param {Said} body
   */
  #stale(kind, { pc_id }) {
    const { pc, to } = readTag(pc_id)
    if (kind === 'ice') return pc !== this.#remote || (to !== '' && to.slice(0, 12) !== this.#ways.pc_id)
    const theirs = this.#remote === null || pc === this.#remote
    return this.#ways.pc.signalingState !== 'have-local-offer' || !theirs || (to !== '' && to !== this.#tag)
  }

  /** Says what it is by the description itself: what was to be an answer may have become an offer. */
  #tell() {
    const { pc, send } = this.#ways
    const { localDescription: said } = pc
    if (!said || this.#closed) return
    const kind = said.type === 'offer' ? 'offer' : 'answer'
    const tag = this.#tag
    this.counts[`${kind}s`]++
    send(kind, { sdp: said.sdp, pc_id: tag }, () => !this.#closed && this.#tag === tag && pc.localDescription?.type === kind)
  }

  /** @param {RTCIceCandidate | null} candidate */
  #found(candidate) {
    if (!candidate || this.#closed) return
    const { pc_id, send } = this.#ways
    const tag = this.#remote ? replyTag(pc_id, this.#remote) : pc_id
    send('ice', { candidate: candidate.toJSON(), pc_id: tag }, () => !this.#closed)
  }
}
