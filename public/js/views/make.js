/**
 * Builds elements by code: for what stands in the page only while somebody looks at it, so that index.html holds the page and no more.
 * What is given is an attribute, `part` is `data-part`, and a function is a listener; strings become text and nothing else.
 */

/** @typedef {Node | string | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | number | boolean | null | undefined | ((event: any) => void)>} [given]
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, given = {}, ...children) {
  const element = document.createElement(tag)
  for (const [name, value] of Object.entries(given)) {
    if (typeof value === 'function') element.addEventListener(name, value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== false && value != null) element.setAttribute(name === 'part' ? 'data-part' : name, String(value))
  }
  element.append(.../** @type {Array<Node | string>} */ (children.filter(Boolean)))
  return element
}

/**
 * People's text among ours: whichever way it runs, it moves nothing beside it.
 * @param {string} text
 * @param {string} [style] a class
 */
export const theirs = (text, style) => make('bdi', { class: style }, text)

/**
 * A field with its name above.
 * @param {string} name
 * @param {HTMLElement} field
 */
export const labelled = (name, field) => make('label', {}, name, ' ', field)

/**
 * @param {Array<[value: string, name: string]>} choices
 * @param {string} chosen
 * @param {Record<string, string>} [given]
 */
export function select(choices, chosen, given = {}) {
  const element = make('select', given, ...choices.map(([value, name]) => make('option', { value }, name)))
  element.value = chosen
  return element
}

/**
 * A view that is not in the page from the start.
 * @param {string} tag
 * @param {import('../app.js').House} house
 * @param {Record<string, string>} [given]
 */
export function view(tag, house, given = {}) {
  return Object.assign(make(/** @type {'div'} */ (tag), given), { house })
}
