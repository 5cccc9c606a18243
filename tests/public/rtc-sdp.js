/** Session descriptions as the fakes write them: few lines, but those that the product reads are where they really stand. */

const FMTP = 'a=fmtp:111 minptime=10;useinbandfec=1'

/** @param {{ufrag: string, sections: Array<{kind: string, mid: string, direction: string, stream: string, track: string}>}} given */
export function write({ ufrag, sections }) {
  const lines = ['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', ...sections.flatMap((section) => lineSet(section, ufrag))]
  return `${lines.join('\r\n')}\r\n`
}

function lineSet({ kind, mid, direction, stream, track }, ufrag) {
  const port = direction === 'rejected' ? 0 : 9
  if (kind === 'application') return [`m=application ${port} UDP/DTLS/SCTP webrtc-datachannel`, `a=mid:${mid}`, `a=ice-ufrag:${ufrag}`]
  const codec = kind === 'audio' ? ['a=rtpmap:111 opus/48000/2', FMTP] : ['a=rtpmap:96 VP8/90000']
  const media = stream ? [`a=msid:${stream} ${track}`] : []
  const way = port ? [`a=${direction}`] : ['a=inactive']
  return [`m=${kind} ${port} UDP/TLS/RTP/SAVPF ${kind === 'audio' ? 111 : 96}`, `a=mid:${mid}`, `a=ice-ufrag:${ufrag}`, ...way, ...media, ...codec]
}

export function read(sdp) {
  if (!sdp.startsWith('v=0')) throw new DOMException('not a description', 'OperationError')
  const [, ...parts] = sdp.split(/^m=/m)
  const sections = parts.map(section)
  return { ufrag: /a=ice-ufrag:(\S+)/.exec(sdp)?.[1] ?? '', sections, dtx: sdp.includes('usedtx=1') }
}

function section(text) {
  const [, kind, port] = /^(\w+) (\d+)/.exec(text)
  const direction = port === '0' ? 'rejected' : (/a=(sendrecv|sendonly|recvonly|inactive)/.exec(text)?.[1] ?? 'sendrecv')
  const [, stream = '', track = ''] = /a=msid:(\S+) (\S+)/.exec(text) ?? []
  return { kind, mid: /a=mid:(\S+)/.exec(text)?.[1] ?? '', direction, stream, track }
}

export const sends = (direction) => direction === 'sendrecv' || direction === 'sendonly'
export const receives = (direction) => direction === 'sendrecv' || direction === 'recvonly'
export const way = (sending, receiving) => (sending ? (receiving ? 'sendrecv' : 'sendonly') : receiving ? 'recvonly' : 'inactive')
export const seenFromThere = (direction) => way(receives(direction), sends(direction))
