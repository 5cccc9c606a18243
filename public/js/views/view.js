/**
 * What all views are: an element whose markup stands in the page, that is given the house, draws what the nouns hold, and drops its
 * listeners when it leaves. A view has no rules of its own, and text gets in as text only.
 */

/** @typedef {import('../app.js').House} House */

export class View extends HTMLElement {
  #house = /** @type {House | null} */ (null)
  #left = new AbortController()
  #due = false

  /** @param {House} house */
  set house(house) {
    this.#house = house
    if (this.isConnected) this.#enter()
  }

  get house() {
    if (!this.#house) throw new Error(`${this.localName} was not given the house`)
    return this.#house
  }

  connectedCallback() {
    if (this.#house) this.#enter()
  }

  disconnectedCallback() {
    this.#left.abort()
  }

  /** Once the house is there: whom to listen to. */
  enter() {}

  /** What is to be seen now. */
  draw() {}

  /**
   * @param {EventTarget} target
   * @param {string} type
   * @param {(event: any) => void} hear
   */
  on(target, type, hear) {
    target.addEventListener(type, hear, { signal: this.#left.signal })
  }

  /**
   * Draws whenever one of these changes.
   * @param {EventTarget[]} nouns
   */
  follow(...nouns) {
    for (const noun of nouns) for (const type of ['change', 'state', 'measured']) this.on(noun, type, () => this.later())
  }

  /**
   * Fetches what is shown, now and whenever a connection is there anew.
   * @param {() => Promise<unknown>} load
   */
  fetch(load) {
    const { socket, notices } = this.house
    const tried = () => void notices.tryTo(load)
    this.on(socket, 'state', () => socket.live && tried())
    tried()
  }

  /** Draws once, after all that comes in one go. */
  later() {
    if (this.#due) return
    this.#due = true
    queueMicrotask(() => {
      this.#due = false
      if (!this.#left.signal.aborted) this.draw()
    })
  }

  /**
   * The element inside that plays this part (`data-part`).
   * @template {HTMLElement} T
   * @param {string} name
   * @param {new () => T} [kind]
   * @returns {T}
   */
  the(name, kind) {
    return the(this, name, kind)
  }

  #enter() {
    this.#left.abort()
    this.#left = new AbortController()
    this.enter()
    this.draw()
  }
}

/**
 * @template {HTMLElement} T
 * @param {ParentNode} within
 * @param {string} name
 * @param {new () => T} [kind]
 * @returns {T}
 */
export function the(within, name, kind) {
  const found = within.querySelector(`[data-part="${name}"]`)
  if (!(found instanceof (kind ?? HTMLElement))) throw new Error(`there is no part ${name}`)
  return /** @type {T} */ (found)
}

/**
 * A clone of a template of the page.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function clone(id) {
  const template = document.getElementById(id)
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`there is no template ${id}`)
  return /** @type {HTMLElement} */ (template.content.firstElementChild?.cloneNode(true))
}

/**
 * Draws a list with as few changes as there are: same key, same element; same version, left alone. So the focus, the selection and
 * the place of the reader stay.
 * @template T
 */
export class Rows {
  #list
  #make
  #fill
  #drawn = /** @type {Map<string, {element: HTMLElement, version: string}>} */ (new Map())

  /**
   * @param {HTMLElement} list
   * @param {(row: T) => HTMLElement} make
   * @param {(element: HTMLElement, row: T) => void} fill
   */
  constructor(list, make, fill) {
    this.#list = list
    this.#make = make
    this.#fill = fill
  }

  /** @param {Array<{key: string, version: string, row: T}>} rows */
  draw(rows) {
    const drawn = new Map()
    const wanted = new Set(rows.map(({ key }) => key))
    for (const [key, { element }] of this.#drawn) if (!wanted.has(key)) element.remove()
    let next = this.#list.firstElementChild
    for (const { key, version, row } of rows) {
      const before = this.#drawn.get(key)
      const element = before?.element ?? this.#make(row)
      if (before?.version !== version) this.#fill(element, row)
      if (element === next) next = next.nextElementSibling
      else this.#list.insertBefore(element, next)
      drawn.set(key, { element, version })
    }
    this.#drawn = drawn
  }

  /** @param {string} key */
  element(key) {
    return this.#drawn.get(key)?.element
  }
}
