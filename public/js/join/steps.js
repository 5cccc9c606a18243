/**
 * What a guest does so that their device trusts the server, step by step, for each system and browser. Pure.
 *
 * In a text `*such*` is what stands on the screen, and `` `such` `` is to be copied.
 */

/** @typedef {import('./systems.js').System} System */
/** @typedef {import('./systems.js').Browser} Browser */
/** @typedef {{href: string, name: string}} File */
/** @typedef {{file: File, first: string, steps: string[], note: string}} Way `first` is what must be so before anything else, or '' */
/** @typedef {{text: string, as: '' | 'strong' | 'code'}} Piece */

/** @type {File} */
const CERTIFICATE = { href: '/authority.crt', name: 'Download the certificate' }
/** @type {File} */
const PROFILE = { href: '/authority.mobileconfig', name: 'Download the profile' }
const NAME = 'devchitchat-authority.crt'
const BACK = 'Come back to this page. The tick above turns green by itself.'
const KNOWN = 'Do this only for a server of somebody you know. You can remove it again in the same place, any time.'
const RESTART = 'Still red? Close the browser altogether, then open your invite link again.'
const FIREFOX = 'Close Firefox altogether, then open your invite link again. Still red? Turn on *Allow Firefox to automatically trust third-party root certificates you install* in *Settings › Privacy & Security › Certificates*.'

/** @type {Record<System, (browser: Browser) => Way>} */
const WAYS = {
  ios: (browser) => ({
    file: PROFILE,
    first: browser === 'safari' ? '' : 'Open this page in Safari first: on this device no other browser can install the profile. Afterwards any browser works.',
    steps: [
      'Press the button above, then *Allow*.',
      'Open the *Settings* app, and there *General › VPN & Device Management*. Press the devchitchat profile, then *Install*.',
      'Still in *Settings*, open *General › About › Certificate Trust Settings*, at the very bottom. Turn on the switch beside devchitchat.',
      BACK,
    ],
    note: KNOWN,
  }),
  android: (browser) => ({
    file: CERTIFICATE,
    first: '',
    steps: [
      'Press the button above, and keep the file.',
      'Open the *Settings* app and search for *CA certificate*. On many phones it is in *Security & privacy › More › Encryption & credentials › Install a certificate*.',
      `Choose *CA certificate*, then *Install anyway*, and pick *${NAME}* from your downloads. A phone without a screen lock asks you to set one first.`,
      ...(browser === 'firefox' ? ['Still red in Firefox? In its *Settings › About Firefox* press the logo seven times. Go back, open *Secret Settings*, and turn on *Use third party CA certificates*.'] : []),
      BACK,
    ],
    note: `${RESTART} Android may say from now on that your network could be monitored: it says so of every certificate that you add. ${KNOWN}`,
  }),
  windows: (browser) => ({
    file: CERTIFICATE,
    first: '',
    steps: [
      'Press the button above, then open the file that came.',
      'Press *Install Certificate…*, choose *Current User*, then *Next*.',
      'Choose *Place all certificates in the following store*, press *Browse…*, and take *Trusted Root Certification Authorities*. Then *OK*, *Next*, *Finish*.',
      'Windows asks whether you are sure: *Yes*.',
      ...(browser === 'firefox' ? [FIREFOX] : [BACK]),
    ],
    note: browser === 'firefox' ? KNOWN : `${RESTART} ${KNOWN}`,
  }),
  macos: (browser) => ({
    file: CERTIFICATE,
    first: '',
    steps: [
      'Press the button above, then open the file that came. If *Keychain Access* asks where to put it, choose *login*.',
      'In *Keychain Access*, in *login › Certificates*, double-click the one that is named after devchitchat.',
      'Open *Trust*. At *When using this certificate* choose *Always Trust*. Close the window and give your password.',
      ...(browser === 'firefox' ? [FIREFOX] : [BACK]),
    ],
    note: browser === 'firefox' ? KNOWN : `${RESTART} ${KNOWN}`,
  }),
  linux: (browser) => ({
    file: CERTIFICATE,
    first: '',
    steps: browser === 'firefox'
      ? [
          'Press the button above, and keep the file.',
          'Open a new tab, and in it `about:preferences#privacy`. At the bottom, in *Certificates*, press *View Certificates…*.',
          `In *Authorities* press *Import…*, pick *${NAME}*, and tick *Trust this CA to identify websites*.`,
          BACK,
        ]
      : [
          'Press the button above, and keep the file.',
          'Open a new tab, and in it `chrome://certificate-manager`. Choose *Custom*, then *Installed by you*.',
          `Beside *Trusted Certificates* press *Import*, and pick *${NAME}*.`,
          BACK,
        ],
    note: browser === 'firefox' ? KNOWN : `${RESTART} ${KNOWN}`,
  }),
}

/**
 * @param {System} system
 * @param {Browser} browser
 */
export const wayOn = (system, browser) => WAYS[system](browser)

/**
 * @param {string} text
 * @returns {Piece[]}
 */
export function piecesOf(text) {
  const found = text.split(/(\*[^*]+\*|`[^`]+`)/).filter(Boolean)
  return found.map((part) => {
    const as = part.startsWith('*') ? 'strong' : part.startsWith('`') ? 'code' : ''
    return { text: as ? part.slice(1, -1) : part, as }
  })
}
