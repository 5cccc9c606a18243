/**
 * What is said of each ailment: what it is and what to do, of one link (`theirs`) and of me when all my links have it (`mine`).
 * Short, in the words of somebody who wants to play on; no figures that nobody needs, no addresses ever.
 *
 * @typedef {{sentence: string, fix: string}} Said
 * @typedef {{mine: Said, theirs: (name: string) => Said}} Saying
 */

/**
 * @param {string} sentence
 * @param {string} fix
 * @returns {Said}
 */
const said = (sentence, fix) => ({ sentence, fix })

const CABLE = 'A cable instead of wifi helps most; stop downloads and streams meanwhile.'
const TURN_OFF = 'Turn cameras and shares off until it is better.'
const OWNER = 'Whoever runs this server can set up a relay (TURN) for such networks.'
const UNHIDE = 'Let your address be seen (call settings), or ask whoever runs this server for a relay.'
const CHECK = 'Whoever runs this server should run devchitchat turn-check.'

/** @type {Record<import('./symptoms.js').Ailment, Saying>} */
export const SAYINGS = {
  lost: {
    mine: said('All your connections broke off; they are being made again.', 'Look whether your network is still there: wifi, cable, VPN.'),
    theirs: (name) => said(`The connection to ${name} broke off; it is being made again.`, `If it does not come back, ${name} should join again.`),
  },
  noRoute: {
    mine: said('There is no direct way from you to anybody.', `Try without VPN or from another network. ${OWNER}`),
    theirs: (name) => said(`There is no direct way between you and ${name}.`, `One of you should try without VPN or from another network. ${OWNER}`),
  },
  hiding: {
    mine: said('You reach nobody: you hide your address, and this server has no relay (TURN).', UNHIDE),
    theirs: (name) => said(`No way to ${name}: you hide your address, and this server has no relay (TURN).`, UNHIDE),
  },
  deadRelay: {
    mine: said('You reach nobody: the relay (TURN) does not answer.', `Try another network. ${CHECK}`),
    theirs: (name) => said(`No way to ${name}: the relay (TURN) does not answer.`, `One of you should try another network. ${CHECK}`),
  },
  blocked: {
    mine: said('You reach nobody, neither directly nor by the relay (TURN).', `Try without VPN or from another network. ${CHECK}`),
    theirs: (name) => said(`No way to ${name}, neither directly nor by the relay (TURN).`, `${name} should try without VPN or from another network.`),
  },
  refused: {
    mine: said('You reach nobody: the relay (TURN) refused you, its credentials are wrong or expired.', `Leave the call and join again for fresh ones. ${CHECK}`),
    theirs: (name) => said(
      `No way to ${name}: the relay (TURN) refused you, its credentials are wrong or expired.`, `Leave the call and join again for fresh ones. ${CHECK}`),
  },
  silentMic: {
    mine: said('Your microphone sends silence.', 'Look for a mute switch on it, and choose another one in the call settings.'),
    theirs: (name) => said(`Your microphone sends silence to ${name}.`, 'Look for a mute switch on it, and choose another one in the call settings.'),
  },
  notPlayed: {
    mine: said('The voices arrive, but this page does not play them.', 'Click anywhere in the page, and check the output device in the call settings.'),
    theirs: (name) => said(
      `The voice of ${name} arrives, but nothing is to be heard of it.`, `Look at the volume of ${name}, and check the output device in the call settings.`),
  },
  upload: {
    mine: said('Your upload drops packets, on all links.', `${CABLE} Or lower the upload limit in the call settings.`),
    theirs: (name) => said(`What you send to ${name} gets lost on the way.`, `Your other links tell whether it is you; if not, ${name} should look at their download: a cable helps most.`),
  },
  download: {
    mine: said('Your download drops packets, on all links.', CABLE),
    theirs: (name) => said(`What ${name} sends gets lost on the way to you.`, `Ask ${name} to lower the upload limit, or to take a cable instead of wifi.`),
  },
  choppy: {
    mine: said('All voices come choppy to you.', CABLE),
    theirs: (name) => said(`The voice of ${name} comes choppy.`, `${name} should take a cable instead of wifi, or stop a share.`),
  },
  late: {
    mine: said('All voices come late to you.', CABLE),
    theirs: (name) => said(`The voice of ${name} comes late.`, `The network of ${name} is uneven: a cable instead of wifi helps most.`),
  },
  frozen: {
    mine: said('Pictures freeze on all links.', `${CABLE} Close tiles that you do not watch.`),
    theirs: (name) => said(`The picture of ${name} freezes.`, `Make the tile smaller, or ask ${name} to show less.`),
  },
  cpu: {
    mine: said('This computer cannot encode so many pictures.', 'Turn the camera or a share off, or close other programs.'),
    theirs: (name) => said(`This computer cannot keep up with the pictures for ${name}.`, 'Turn the camera or a share off, or close other programs.'),
  },
  bandwidth: {
    mine: said('Your upload is full: pictures are made coarser.', 'Turn the camera or a share off, or lower the upload limit so that voices have space.'),
    theirs: (name) => said(`There is too little bandwidth to ${name} for your pictures.`, `Others see you well: it is the way to ${name}. Nothing for you to do.`),
  },
  latency: {
    mine: said('Everything takes long from you to the others.', `Stop downloads, and try without VPN. ${CABLE}`),
    theirs: (name) => said(`It takes long between you and ${name}.`, 'Far away, or a slow network: without VPN and with a cable it may be shorter.'),
  },
  tcpRelay: {
    mine: said('You reach the others only by a relay over TCP, which makes voices late.', 'Your network blocks UDP: allow it in the firewall, or try another network.'),
    theirs: (name) => said(`You reach ${name} only by a relay over TCP, which makes voices late.`, 'Your network blocks UDP: allow it in the firewall, or try another network.'),
  },
}

/** With a single link nobody can tell whose side it is. */
export const EITHER = new Map(/** @type {Array<[import('./symptoms.js').Ailment, (name: string) => Said]>} */ ([
  ['upload', (name) => said(`What you send to ${name} gets lost on the way.`, `Your upload or the download of ${name}: a cable instead of wifi helps most; stop downloads meanwhile.`)],
  ['download', (name) => said(`What ${name} sends gets lost on the way to you.`, `The upload of ${name} or your download: a cable instead of wifi helps most; stop downloads meanwhile.`)],
  ['choppy', (name) => said(`The voice of ${name} comes choppy.`, `Your network or that of ${name}: a cable instead of wifi helps most; stop downloads and shares meanwhile.`)],
  ['late', (name) => said(`The voice of ${name} comes late.`, `Your network or that of ${name} is uneven: a cable instead of wifi helps most.`)],
  ['bandwidth', (name) => said(`There is too little bandwidth to ${name} for your pictures.`, `Your upload or the download of ${name}. ${TURN_OFF}`)],
]))
