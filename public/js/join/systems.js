/**
 * Which system and which browser a guest has, from what the browser says of itself. A guess: the page lets them pick another. Pure.
 */

/** @typedef {'ios' | 'android' | 'windows' | 'macos' | 'linux'} System */
/** @typedef {'chrome' | 'firefox' | 'safari'} Browser */
/** @typedef {{userAgent: string, maxTouchPoints?: number, userAgentData?: {platform: string}}} Said what of `navigator` is looked at */

/** @type {Readonly<Record<System, string>>} */
export const SYSTEMS = Object.freeze({ ios: 'iPhone or iPad', android: 'Android', windows: 'Windows', macos: 'Mac', linux: 'Linux' })
/** @type {Readonly<Record<Browser, string>>} */
export const BROWSERS = Object.freeze({ chrome: 'Chrome, Edge or another', firefox: 'Firefox', safari: 'Safari' })

/** @type {Array<[RegExp, System]>} the first that fits: a User-Agent names all its ancestors too */
const MARKS = [[/iPhone|iPad|iPod/, 'ios'], [/Android/, 'android'], [/Windows/, 'windows'], [/Mac OS X|Macintosh/, 'macos']]
/** @type {Map<string, System>} as `userAgentData` names them, on secure pages and in some browsers */
const PLATFORMS = new Map([['Android', 'android'], ['Windows', 'windows'], ['macOS', 'macos'], ['Linux', 'linux'], ['Chrome OS', 'linux'], ['iOS', 'ios']])

/**
 * @param {Said} said
 * @returns {System}
 */
export function systemOf({ userAgent, maxTouchPoints = 0, userAgentData }) {
  const named = PLATFORMS.get(userAgentData?.platform ?? '')
  const found = named ?? MARKS.find(([mark]) => mark.test(userAgent))?.[1] ?? 'linux'
  return found === 'macos' && maxTouchPoints > 1 ? 'ios' : found // an iPad says that it is a Mac, and no Mac has a touch screen
}

/**
 * @param {Said} said
 * @returns {Browser}
 */
export function browserOf({ userAgent }) {
  if (/Firefox\/|FxiOS\//.test(userAgent)) return 'firefox'
  return /Version\/[\d.]+.* Safari\//.test(userAgent) && !/Chrome\/|Chromium\/|Android/.test(userAgent) ? 'safari' : 'chrome'
}

/**
 * @param {System} system
 * @returns {Browser[]}
 */
export const browsersOn = (system) => (system === 'ios' || system === 'macos' ? ['safari', 'chrome', 'firefox'] : ['chrome', 'firefox'])
