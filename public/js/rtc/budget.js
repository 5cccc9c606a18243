/**
 * What each of my streams may cost on each link, so that all of it together fits what I may upload. In a mesh every link has an
 * encoder of its own: a stream costs as often as somebody wants it. Voice comes first and always; then each wanted stream gets what
 * it needs at least, screens before their sound before cameras, and what is left is shared by weight. A kind that cannot get that
 * much everywhere is paused, and it is said why. Pure: figures in, figures out.
 *
 * Figures are CALLS section 2, in bit/s: voice is 25 k and 23 k of headers; below 80 k a camera is not worth sending.
 */

import { ceiling, FORMS, format, VOICE } from './formats.js'

/** @typedef {'off' | 'low' | 'high'} Level how large somebody sees it */
/** @typedef {import('./formats.js').Form} Form */
/** @typedef {{stream_id: string, form: Form, height?: number}} Sent `height` is the picture's, as it is captured */
/** @typedef {{scale: number, largeOnly: boolean}} Strain what a hard-pressed processor asks for */

/**
 * @typedef {object} Demand
 * @property {number} upload bit/s
 * @property {string[]} links peers
 * @property {Sent[]} streams
 * @property {(peer_id: string, stream_id: string) => Level | undefined} want undefined where a peer has not said
 * @property {Strain} [strain]
 */

/**
 * @typedef {object} Share what one sender may do
 * @property {string} peer_id
 * @property {string} stream_id
 * @property {Form} form
 * @property {boolean} active
 * @property {number} maxBitrate
 * @property {number} [scaleResolutionDownBy]
 * @property {number} [maxFramerate]
 */

/** @typedef {{shares: Share[], paused: string, cost: number}} Allotment `cost` is bit/s in all, headers of the voice included */
/** @typedef {{peer_id: string, stream: Sent, floor: number, ceiling: number, weight: number, given: number}} Claim */

const CALM = { scale: 1, largeOnly: false }
/** In this order each kind is given its least, on all links that want it or on none. */
const ORDER = /** @type {const} */ (['screen', 'game', 'sound', 'camera'])

/**
 * @param {Demand} demand
 * @returns {Allotment}
 */
export function allot({ upload, links, streams, want, strain = CALM }) {
  const people = links.length + 1
  const voice = streams.some(({ form }) => form === 'voice') ? VOICE.cost * links.length : 0
  const { claims, strained } = claimed({ upload, links, streams, want, strain })
  const pool = Math.max(0, upload - VOICE.cost * links.length)
  const { fed, starved } = feed(claims, pool)
  fill(fed, pool - total(fed))
  const given = new Map(fed.map((claim) => [`${claim.peer_id} ${claim.stream.stream_id}`, claim.given]))
  const shares = links.flatMap((peer_id) => streams.map((stream) => share(peer_id, stream, given.get(`${peer_id} ${stream.stream_id}`) ?? 0, strain)))
  return { shares, paused: starved.length ? shortage(starved, people, upload) : strained ? STRAINED : '', cost: voice + total(fed) }
}

/**
 * Who wants what: sound unless somebody says no, pictures only when somebody says yes.
 * @param {Required<Demand>} demand
 */
function claimed({ upload, links, streams, want, strain }) {
  let strained = false
  const claims = /** @type {Claim[]} */ ([])
  for (const stream of streams) {
    const form = FORMS[stream.form]
    if (!form) continue
    for (const peer_id of links) {
      const level = want(peer_id, stream.stream_id) ?? (stream.form === 'sound' ? 'high' : 'off')
      if (level === 'off') continue
      const spared = strain.largeOnly && stream.form === 'camera' && level === 'low'
      strained ||= spared
      if (spared) continue
      claims.push({ peer_id, stream, floor: form.floor, ceiling: ceiling(stream.form, level, links.length + 1, upload), weight: form.weight, given: 0 })
    }
  }
  return { claims, strained }
}

/**
 * Each kind its least, as far as the pool goes.
 * @param {Claim[]} claims
 * @param {number} pool
 */
function feed(claims, pool) {
  const fed = /** @type {Claim[]} */ ([])
  const starved = /** @type {Form[]} */ ([])
  for (const form of ORDER) {
    const group = claims.filter(({ stream }) => stream.form === form)
    const least = group.reduce((sum, { floor }) => sum + floor, 0)
    if (total(fed) + least > pool) starved.push(form)
    else for (const claim of group) fed.push({ ...claim, given: claim.floor })
  }
  return { fed, starved }
}

/**
 * Shares what is left by weight; what one cannot use up to its ceiling goes to the others.
 * @param {Claim[]} claims
 * @param {number} left
 */
function fill(claims, left) {
  let hungry = claims.filter(({ given, ceiling }) => given < ceiling)
  while (hungry.length && left >= 1) {
    const part = left / hungry.reduce((sum, { weight }) => sum + weight, 0)
    for (const claim of hungry) {
      const more = Math.min(part * claim.weight, claim.ceiling - claim.given)
      claim.given += more
      left -= more
    }
    const still = hungry.filter(({ given, ceiling }) => given < ceiling)
    if (still.length === hungry.length) return
    hungry = still
  }
}

/** @param {Claim[]} claims */
const total = (claims) => claims.reduce((sum, { given }) => sum + given, 0)

/**
 * @param {string} peer_id
 * @param {Sent} stream
 * @param {number} given
 * @param {Strain} strain
 * @returns {Share}
 */
function share(peer_id, { stream_id, form, height }, given, strain) {
  if (form === 'voice') return { peer_id, stream_id, form, active: true, maxBitrate: VOICE.payload }
  const maxBitrate = Math.floor(given)
  const active = maxBitrate > 0
  if (form === 'sound') return { peer_id, stream_id, form, active, maxBitrate }
  const { lines, fps } = format(form, maxBitrate)
  const scale = Math.max(1, (height ?? 0) / lines) * (form === 'camera' ? strain.scale : 1)
  return { peer_id, stream_id, form, active, maxBitrate, scaleResolutionDownBy: Math.round(scale * 100) / 100, maxFramerate: fps }
}

const STRAINED = 'This computer cannot keep up with encoding: your camera is paused for those who see it small. Close other programs, or stop a share.'

/**
 * @param {Form[]} starved
 * @param {number} people
 * @param {number} upload
 */
function shortage(starved, people, upload) {
  const pictures = starved.filter((form) => form !== 'sound')
  const what = [...new Set((pictures.length ? pictures : starved).map((form) => FORMS[form].name))]
  const why = `${people} people and an upload limit of ${mbit(upload)} Mbit/s leave too little beside the voices`
  return `Your ${what.join(' and ')} ${what.length > 1 ? 'are' : 'is'} paused: ${why}. Raise the limit in the call settings if your line carries more.`
}

/** @param {number} bits */
export const mbit = (bits) => (bits / 1e6).toLocaleString('en', { maximumFractionDigits: bits < 1e6 ? 2 : 1 })
