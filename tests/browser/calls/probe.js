// Runs before the page's own code: keeps every connection at hand, and lets a test hold up what the server says.
{
  const pcs = (globalThis.probed = { pcs: [], lines: [], delay: 0, crossed: 0 })
  const Connection = RTCPeerConnection
  globalThis.RTCPeerConnection = class extends Connection {
    constructor(...given) {
      super(...given)
      pcs.pcs.push(this)
    }

    setRemoteDescription(description) {
      if (description.type === 'offer' && this.signalingState === 'have-local-offer') pcs.crossed++
      return super.setRemoteDescription(description)
    }
  }
  const Line = WebSocket
  globalThis.WebSocket = class extends Line {
    constructor(...given) {
      super(...given)
      pcs.lines.push(this)
    }

    set onmessage(hear) {
      super.onmessage = hear && ((event) => (pcs.delay ? setTimeout(() => hear(event), pcs.delay) : hear(event)))
    }

    get onmessage() {
      return super.onmessage
    }
  }

  /** The connections that were ever used and are not closed. */
  const live = () => pcs.pcs.filter(({ signalingState, localDescription }) => signalingState !== 'closed' && localDescription)

  /** @param {RTCPeerConnection} pc */
  async function measure(pc) {
    const link = { connection: pc.connectionState, signaling: pc.signalingState, lines: 0, ufrag: '', frames: {}, energy: {}, bytes: 0, sent: 0, pair: '' }
    const sdp = pc.localDescription?.sdp ?? ''
    link.lines = (sdp.match(/^m=/gm) ?? []).length
    link.ufrag = /a=ice-ufrag:(\S+)/.exec(sdp)?.[1] ?? ''
    const stats = await pc.getStats()
    stats.forEach((one) => {
      if (one.type === 'inbound-rtp' && one.kind === 'video') link.frames[one.mid] = one.framesDecoded ?? 0
      if (one.type === 'inbound-rtp' && one.kind === 'audio') link.energy[one.mid] = one.totalAudioEnergy ?? 0
      if (one.type === 'inbound-rtp') link.bytes += one.bytesReceived ?? 0
      if (one.type === 'outbound-rtp') link.sent += one.bytesSent ?? 0
      if (one.type === 'transport' && one.selectedCandidatePairId) {
        const pair = stats.get(one.selectedCandidatePairId)
        link.pair = `${stats.get(pair?.localCandidateId)?.candidateType}/${stats.get(pair?.remoteCandidateId)?.candidateType}`
      }
    })
    return link
  }

  pcs.links = () => Promise.all(live().map(measure))
  pcs.up = (count) => {
    const all = live()
    return all.length === count && all.every(({ connectionState, signalingState }) => connectionState === 'connected' && signalingState === 'stable')
  }
}
