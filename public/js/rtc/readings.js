/**
 * What matters of an RTCStatsReport, as one small reading a link: running totals, so that two readings give what happened in between.
 * Addresses are never taken, so that nothing made of readings can tell any. Pure; what a browser does not count is 0.
 */

/** @typedef {{id: string, packets: number, bytes: number, lost: number, concealed: number, samples: number, delay: number, emitted: number, energy: number}} Heard */
/** @typedef {{id: string, packets: number, bytes: number, lost: number, frames: number, freezes: number, plis: number, lines: number}} Seen */
/** @typedef {{id: string, packets: number, bytes: number, lossy: number}} Spoken `lossy`: the part that got lost, as the other end last told */
/** @typedef {Spoken & {frames: number, encoding: number, reason: string, lines: number}} Shown `encoding`: seconds spent so far */

/**
 * @typedef {object} Route
 * @property {'direct' | 'relay'} way
 * @property {'udp' | 'tcp'} over the slowest part: a relay reached by TCP or TLS is `tcp`
 */

/**
 * @typedef {object} Reading
 * @property {number} at ms
 * @property {Route | null} route null when there is none yet
 * @property {boolean} relay whether a relay gave me an address
 * @property {number | null} rtt ms
 * @property {number | null} available bit/s that the browser thinks can go up
 * @property {number} allowed bit/s that I let my pictures have
 * @property {number | null} mic the microphone's level now, 0 to 1; null when none is open
 * @property {boolean} speaking whether the other says it speaks
 * @property {Heard[]} heard
 * @property {Seen[]} seen
 * @property {Spoken[]} spoken
 * @property {Shown[]} shown
 */

/**
 * @param {Iterable<[string, any]>} report
 * @param {{at: number, mic?: string, speaking?: boolean, allowed?: number}} beside `mic` is the id of the microphone's track
 * @returns {Reading}
 */
export function read(report, { at, mic = '', speaking = false, allowed = 0 }) {
  const stats = new Map(report)
  const all = [...stats.values()]
  const pair = chosen(all, stats)
  const told = new Map(all.filter(({ type }) => type === 'remote-inbound-rtp').map((stat) => [stat.localId, stat]))
  const inbound = all.filter(({ type }) => type === 'inbound-rtp')
  const outbound = all.filter(({ type }) => type === 'outbound-rtp')
  const source = all.find(({ type, trackIdentifier }) => type === 'media-source' && trackIdentifier === mic)
  return {
    at, speaking, allowed,
    route: pair ? route(stats.get(pair.localCandidateId), stats.get(pair.remoteCandidateId)) : null,
    relay: all.some(({ type, candidateType }) => type === 'local-candidate' && candidateType === 'relay'),
    rtt: typeof pair?.currentRoundTripTime === 'number' ? pair.currentRoundTripTime * 1000 : null,
    available: pair?.availableOutgoingBitrate ?? null,
    mic: source ? count(source.audioLevel) : null,
    heard: inbound.filter(isAudio).map(heard),
    seen: inbound.filter(isVideo).map(seen),
    spoken: outbound.filter(isAudio).map((stat) => spoken(stat, told.get(stat.id))),
    shown: outbound.filter(isVideo).map((stat) => shown(stat, told.get(stat.id))),
  }
}

/**
 * The pair that the transport uses; Firefox has no transport and marks the pair itself.
 * @param {any[]} all
 * @param {Map<string, any>} stats
 */
function chosen(all, stats) {
  const transport = all.find(({ type, selectedCandidatePairId }) => type === 'transport' && selectedCandidatePairId)
  return (transport && stats.get(transport.selectedCandidatePairId))
    ?? all.find(({ type, selected, nominated, state }) => type === 'candidate-pair' && (selected ?? (nominated && state === 'succeeded')))
}

/**
 * @param {any} local
 * @param {any} remote
 * @returns {Route}
 */
function route(local, remote) {
  const relayed = local?.candidateType === 'relay' || remote?.candidateType === 'relay'
  const slow = [local?.protocol, local?.relayProtocol].some((protocol) => protocol === 'tcp' || protocol === 'tls')
  return { way: relayed ? 'relay' : 'direct', over: slow ? 'tcp' : 'udp' }
}

/** @param {any} stat */
const isAudio = (stat) => (stat.kind ?? stat.mediaType) === 'audio'
/** @param {any} stat */
const isVideo = (stat) => (stat.kind ?? stat.mediaType) === 'video'

/**
 * @param {unknown} value
 * @returns {number}
 */
const count = (value) => (typeof value === 'number' && Number.isFinite(value) ? value : 0)

/** @param {any} stat */
const arrived = (stat) => ({ id: stat.id, packets: count(stat.packetsReceived), bytes: count(stat.bytesReceived), lost: count(stat.packetsLost) })

/**
 * @param {any} stat
 * @returns {Heard}
 */
const heard = (stat) => ({
  ...arrived(stat),
  concealed: Math.max(0, count(stat.concealedSamples) - count(stat.silentConcealedSamples)),
  samples: count(stat.totalSamplesReceived),
  delay: count(stat.jitterBufferDelay),
  emitted: count(stat.jitterBufferEmittedCount),
  energy: count(stat.totalAudioEnergy),
})

/**
 * @param {any} stat
 * @returns {Seen}
 */
const seen = (stat) => ({
  ...arrived(stat), frames: count(stat.framesDecoded), freezes: count(stat.freezeCount), plis: count(stat.pliCount), lines: count(stat.frameHeight),
})

/**
 * @param {any} stat
 * @param {any} told
 * @returns {Spoken}
 */
const spoken = (stat, told) => ({ id: stat.id, packets: count(stat.packetsSent), bytes: count(stat.bytesSent), lossy: count(told?.fractionLost) })

/**
 * @param {any} stat
 * @param {any} told
 * @returns {Shown}
 */
const shown = (stat, told) => ({
  ...spoken(stat, told), frames: count(stat.framesEncoded), encoding: count(stat.totalEncodeTime),
  reason: String(stat.qualityLimitationReason ?? 'none'), lines: count(stat.frameHeight),
})

/** @typedef {'heard' | 'seen' | 'spoken' | 'shown'} Flow */

/**
 * What came and went of late, in bit/s.
 * @param {Reading[]} series
 * @returns {Record<Flow, number> | null} null as long as there are no two readings
 */
export function rates(series) {
  const [before, now] = series.slice(-2)
  if (!before || !now) return null
  const seconds = Math.max(0.001, (now.at - before.at) / 1000)
  const rate = (/** @type {Flow} */ flow) => Math.max(0, (bytes(now[flow]) - bytes(before[flow])) * 8) / seconds
  return { heard: rate('heard'), seen: rate('seen'), spoken: rate('spoken'), shown: rate('shown') }
}

/** @param {Array<{bytes: number}>} tracks */
const bytes = (tracks) => tracks.reduce((sum, track) => sum + track.bytes, 0)
