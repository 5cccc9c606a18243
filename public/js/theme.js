/**
 * How the page looks on this device: light, dark or as the system, and the accent. It belongs to the device, so a logout leaves it.
 *
 * Tells `change`. `wear` puts it on the page; the noun itself knows no page.
 */

export const THEMES = Object.freeze(['system', 'light', 'dark'])
export const ACCENTS = Object.freeze(['green', 'blue', 'violet', 'rose', 'amber', 'teal'])
const KEY = 'dcc-look'

export class Theme extends EventTarget {
  #storage
  theme = 'system'
  accent = 'green'

  /** @param {{storage: Storage | null}} doors */
  constructor({ storage }) {
    super()
    this.#storage = storage
    this.heard()
  }

  /** @param {string} theme */
  choose(theme) {
    if (THEMES.includes(theme)) this.#become({ theme, accent: this.accent })
  }

  /** @param {string} accent */
  paint(accent) {
    if (ACCENTS.includes(accent)) this.#become({ theme: this.theme, accent })
  }

  /** What is kept, perhaps since a moment ago by another tab. */
  heard() {
    const { theme, accent } = this.#kept()
    this.theme = THEMES.includes(theme) ? theme : 'system'
    this.accent = ACCENTS.includes(accent) ? accent : 'green'
    this.dispatchEvent(new CustomEvent('change'))
  }

  /** @param {{theme: string, accent: string}} look */
  #become(look) {
    Object.assign(this, look)
    try {
      this.#storage?.setItem(KEY, JSON.stringify(look))
    } catch {
      // full or forbidden: then it holds for as long as this page lives
    }
    this.dispatchEvent(new CustomEvent('change'))
  }

  /** @returns {{theme?: any, accent?: any}} */
  #kept() {
    try {
      return Object(JSON.parse(this.#storage?.getItem(KEY) ?? '{}'))
    } catch {
      return {}
    }
  }
}

/**
 * @param {{theme: string, accent: string}} look
 * @param {DOMStringMap} dataset the root element's
 */
export function wear({ theme, accent }, dataset) {
  if (theme === 'system') delete dataset.theme
  else dataset.theme = theme
  dataset.accent = accent
}
