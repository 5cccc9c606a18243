/**
 * getStats reports as Chromium makes them, one every two seconds, from a table: a calm call, and for each case what runs otherwise.
 * Counters are given as growth a second, gauges as they stand; a function gives the value for its second.
 */

const EVERY_S = 2

/** What grows a second in a calm call of voice and camera at 15 pictures a second. */
const COUNTERS = {
  'in audio': {
    packetsReceived: 50, bytesReceived: 3_100, packetsLost: 0, concealedSamples: 40, silentConcealedSamples: 20, totalSamplesReceived: 48_000,
    jitterBufferDelay: 48_000 * 0.05, jitterBufferEmittedCount: 48_000, totalAudioEnergy: 0.02,
  },
  'in video': { packetsReceived: 30, bytesReceived: 25_000, packetsLost: 0, framesDecoded: 15, freezeCount: 0, pliCount: 0 },
  'out audio': { packetsSent: 50, bytesSent: 3_100 },
  'out video': { packetsSent: 30, bytesSent: 25_000, framesEncoded: 15, totalEncodeTime: 0.06 },
}

/** What stands. */
const GAUGES = {
  pair: { currentRoundTripTime: 0.02, availableOutgoingBitrate: 2_000_000 },
  local: { candidateType: 'host', protocol: 'udp', address: '192.0.2.7', ip: '192.0.2.7', port: 40_000 },
  remote: { candidateType: 'srflx', protocol: 'udp', address: '198.51.100.9', ip: '198.51.100.9', port: 50_000 },
  'in video': { frameHeight: 360 },
  'out video': { frameHeight: 360, qualityLimitationReason: 'none' },
  'told audio': { fractionLost: 0, jitter: 0.003 },
  'told video': { fractionLost: 0 },
  source: { audioLevel: 0.05 },
}

const KINDS = {
  'in audio': { id: 'IA', type: 'inbound-rtp', kind: 'audio' },
  'in video': { id: 'IV', type: 'inbound-rtp', kind: 'video' },
  'out audio': { id: 'OA', type: 'outbound-rtp', kind: 'audio' },
  'out video': { id: 'OV', type: 'outbound-rtp', kind: 'video' },
  'told audio': { id: 'TA', type: 'remote-inbound-rtp', kind: 'audio', localId: 'OA' },
  'told video': { id: 'TV', type: 'remote-inbound-rtp', kind: 'video', localId: 'OV' },
  pair: { id: 'CP', type: 'candidate-pair', localCandidateId: 'CL', remoteCandidateId: 'CR', state: 'succeeded', nominated: true },
  local: { id: 'CL', type: 'local-candidate' },
  remote: { id: 'CR', type: 'remote-candidate' },
  source: { id: 'SM', type: 'media-source', kind: 'audio', trackIdentifier: 'mic-track' },
}

/**
 * @param {{grows?: Record<string, Record<string, any>>, stands?: Record<string, Record<string, any>>, without?: string[], seconds?: number}} case_
 * @returns {Array<[at: number, report: Map<string, any>]>}
 */
export function seriesOf({ grows = {}, stands = {}, without = [], seconds = 30 } = {}) {
  const reports = []
  for (let second = 0; second <= seconds; second += EVERY_S) reports.push([second * 1000, reportOf(second, { grows, stands, without })])
  return reports
}

function reportOf(second, { grows, stands, without }) {
  const report = new Map([['T', { id: 'T', type: 'transport', ...(without.includes('pair') ? {} : { selectedCandidatePairId: 'CP' }) }]])
  for (const [name, base] of Object.entries(KINDS)) {
    if (without.includes(name)) continue
    const counters = Object.entries({ ...COUNTERS[name], ...grows[name] }).map(([field, growth]) => [field, grown(growth, second)])
    const gauges = Object.entries({ ...GAUGES[name], ...stands[name] }).map(([field, value]) => [field, at(value, second)])
    report.set(base.id, { ...base, timestamp: second * 1000, ...Object.fromEntries([...counters, ...gauges]) })
  }
  return report
}

const at = (value, second) => (typeof value === 'function' ? value(second) : value)

function grown(growth, second) {
  let total = 0
  for (let one = 0; one < second; one++) total += at(growth, one)
  return total
}
