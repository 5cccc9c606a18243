/**
 * Why is my call bad: from each link's story to a level, one sentence and its fix. What the links tell together is the best diagnostic
 * of a mesh: what all of them have is mine, what one has is that pair's. Pure; CALLS section 6.
 */

import { EITHER, SAYINGS } from './sentences.js'
import { symptoms } from './symptoms.js'

/** @typedef {import('./symptoms.js').Ailment} Ailment */
/** @typedef {0 | 1 | 2 | 3} Level 3 well, 2 to be warned of, 1 bad, 0 no connection */
/** @typedef {{level: Level, sentence: string, fix: string}} Verdict */

/**
 * @typedef {object} Story what is known of one link
 * @property {string} peer_id
 * @property {string} name
 * @property {RTCPeerConnectionState} state
 * @property {boolean} once whether it has been connected
 * @property {number} age ms since it was begun
 * @property {import('./readings.js').Reading[]} series
 * @property {'none' | 'hidden' | 'silent' | 'refused' | 'works'} relay `none` is configured, or none and I hide, or nothing came of it, or it answered 401, or gave
 *   me an address
 * @property {boolean} unheard whether silence is meant, as when I am deafened or they are muted
 * @property {boolean} mute whether my own silence is meant, or has been broken before
 */

/** @typedef {{links: Map<string, Verdict>, mine: Verdict | null, level: Level}} Judgement `level` is the worst link's */

const CONNECT_MS = 15_000
/** The worst first: what comes first is said when several are as bad. */
const ORDER = /** @type {Ailment[]} */ (['lost', 'hiding', 'refused', 'deadRelay', 'blocked', 'noRoute', 'silentMic', 'notPlayed', 'cpu', 'upload', 'download', 'choppy', 'frozen', 'late',
  'bandwidth', 'latency', 'tcpRelay'])
const LEVELS = /** @type {const} */ ({ gone: 0, bad: 1, warn: 2 })
const NO_WAY = /** @type {const} */ ({ none: 'noRoute', hidden: 'hiding', silent: 'deadRelay', refused: 'refused', works: 'blocked' })
/** What explains also why a link that stood is gone. */
const CERTAIN = new Set(['hidden', 'refused'])
/** These are of this computer, on however many links they show. */
const MINE_ALWAYS = new Set(['silentMic'])
/** All, or nearly so where there are many. */
const MOST = 0.75

/**
 * @param {Story[]} stories
 * @returns {Judgement}
 */
export function judge(stories) {
  const found = new Map(stories.map((story) => [story, ailmentsOf(story)]))
  const mine = new Set(ORDER.filter((ailment) => MINE_ALWAYS.has(ailment) || shared(ailment, found)))
  const links = new Map([...found].map(([story, ailments]) => [story.peer_id, verdict(story, ailments, mine, stories.length)]))
  return { links, mine: ofMe(found, mine), level: worst(stories.filter((story) => !pending(story)).map(({ peer_id }) => links.get(peer_id)?.level ?? 3)) }
}

/** @param {Story} story */
const pending = ({ state, age, once }) => state !== 'connected' && !once && age < CONNECT_MS

/**
 * @param {Story} story
 * @returns {Map<Ailment, import('./symptoms.js').Grade>}
 */
function ailmentsOf(story) {
  const { state, once, relay, series, unheard, mute } = story
  if (pending(story)) return new Map()
  if (state !== 'connected') {
    const why = once && !CERTAIN.has(relay) ? 'lost' : NO_WAY[relay]
    return new Map([[why, 'gone']])
  }
  const found = symptoms(series)
  if (unheard) found.delete('notPlayed')
  if (mute) found.delete('silentMic')
  return found
}

/**
 * Whether so many links have it that it is this end's.
 * @param {Ailment} ailment
 * @param {Map<Story, Map<Ailment, unknown>>} found
 */
function shared(ailment, found) {
  const judged = [...found].filter(([story]) => !pending(story))
  const having = judged.filter(([, ailments]) => ailments.has(ailment)).length
  return having >= 2 && having >= judged.length * MOST
}

/**
 * @param {Story} story
 * @param {Map<Ailment, import('./symptoms.js').Grade>} ailments
 * @param {Set<Ailment>} mine
 * @param {number} links
 * @returns {Verdict}
 */
function verdict(story, ailments, mine, links) {
  if (pending(story)) return { level: 0, sentence: `Connecting to ${story.name}.`, fix: '' }
  const ailment = gravest(ailments)
  if (!ailment) return well(story)
  const level = levelOf(ailments, ailment)
  if (mine.has(ailment)) return { level, ...SAYINGS[ailment].mine }
  const either = links === 1 && EITHER.get(ailment)
  return { level, ...(either || SAYINGS[ailment].theirs)(story.name) }
}

/**
 * @param {Story} story
 * @returns {Verdict}
 */
function well({ name, series }) {
  const relayed = series.at(-1)?.route?.way === 'relay'
  return { level: 3, sentence: relayed ? `Well connected to ${name}, by the relay.` : `Well connected to ${name}, directly.`, fix: '' }
}

/** @param {Map<Ailment, import('./symptoms.js').Grade>} ailments */
function gravest(ailments) {
  const level = worst([...ailments.values()].map((grade) => LEVELS[grade]))
  return ORDER.find((ailment) => ailments.has(ailment) && levelOf(ailments, ailment) === level)
}

/**
 * The worst of what is mine.
 * @param {Map<Story, Map<Ailment, import('./symptoms.js').Grade>>} found
 * @param {Set<Ailment>} mine
 * @returns {Verdict | null}
 */
function ofMe(found, mine) {
  const all = /** @type {Map<Ailment, import('./symptoms.js').Grade>} */ (new Map())
  for (const ailments of found.values()) {
    for (const [ailment, grade] of ailments) {
      if (mine.has(ailment) && !(levelOf(all, ailment) <= LEVELS[grade])) all.set(ailment, grade)
    }
  }
  const ailment = gravest(all)
  return ailment ? { level: levelOf(all, ailment), ...SAYINGS[ailment].mine } : null
}

/**
 * @param {Map<Ailment, import('./symptoms.js').Grade>} ailments
 * @param {Ailment} ailment
 * @returns {Level}
 */
function levelOf(ailments, ailment) {
  const grade = ailments.get(ailment)
  return grade ? LEVELS[grade] : 3
}

/**
 * @param {Level[]} levels
 * @returns {Level}
 */
const worst = (levels) => /** @type {Level} */ (Math.min(3, ...levels))
