/**
 * Why there is no microphone or camera, in one exact sentence, and the way out in the next. Pure.
 */

/** @typedef {'insecure' | 'missing' | 'denied' | 'held' | 'none' | 'busy'} Why */

/**
 * @param {Why} why
 * @param {'audio' | 'video'} kind
 * @param {string} origin where this page is open
 */
export function sentence(why, kind, origin) {
  const device = kind === 'audio' ? 'microphone' : 'camera'
  switch (why) {
    case 'insecure':
      return `Browsers give a ${device} only to pages opened by https:// or on the same computer as the server, and this page is open at ${origin}. ` +
        `You can listen and watch. To ${kind === 'audio' ? 'talk' : 'be seen'}, open ${secured(origin)} (if the server has HTTPS), or http://localhost${port(origin)} on the server's own computer.`
    case 'missing':
      return `This browser gives pages no ${device}. You can listen and watch; another browser lets you ${kind === 'audio' ? 'talk' : 'be seen'}.`
    case 'denied':
      return `This page may not use the ${device}. Allow it in the browser's settings for this page, beside the address, and then try again.`
    case 'held':
      return `The system does not let this browser use the ${device}. Allow it in the system's privacy settings, and then try again.`
    case 'none':
      return `No ${device} was found. Plug one in: it is used as soon as it is there.`
    case 'busy':
      return `The ${device} is in use by another program, or does not answer. Close what uses it, and then try again.`
  }
}

/** @param {string} origin */
const secured = (origin) => origin.replace(/^http:/, 'https:').replace(/:\d+$/, '')

/** @param {string} origin */
const port = (origin) => /:\d+$/.exec(origin)?.[0] ?? ''
