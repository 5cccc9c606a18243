/**
 * What markdown.js has read, as nodes. Text becomes text nodes and nothing else; a link is http or https, opens beside us, tells its
 * target nothing and hides from nobody where it leads; a spoiler is out of reach until somebody asks for it.
 */

import { parse } from '../markdown.js'
import { make } from './make.js'

const TAGS = Object.freeze({ bold: 'strong', italic: 'em', strike: 'del' })

/** @typedef {import('../markdown.js').Block} Block */
/** @typedef {import('../inline.js').Leaf} Leaf */

/**
 * @param {string} text
 * @param {string} [me] my handle, to be found at a glance
 * @returns {Node[]}
 */
export const written = (text, me = '') => parse(text).map((block) => standing(block, me))

/**
 * @param {Block} block
 * @param {string} me
 * @returns {Node}
 */
function standing(block, me) {
  switch (block.kind) {
    case 'fence':
      return make('pre', { tabindex: 0, role: 'region', 'aria-label': block.lang ? `Code, ${block.lang}` : 'Code' }, make('code', {}, block.text))
    case 'quote':
      return make('blockquote', { dir: 'auto' }, ...block.children.map((child) => standing(child, me)))
    case 'list':
      return listed(block, me)
    case 'text':
      return make('p', { dir: 'auto' }, ...block.children.map((leaf) => flowing(leaf, me)))
  }
}

/**
 * @param {import('../markdown.js').List} list
 * @param {string} me
 * @returns {Node}
 */
function listed({ ordered, items }, me) {
  const rows = items.map(({ number, children, lists }) => {
    const row = make('li', { dir: 'auto' }, ...children.map((leaf) => flowing(leaf, me)), ...lists.map((inner) => listed(inner, me)))
    if (number !== null) row.value = number
    return row
  })
  return make(ordered ? 'ol' : 'ul', {}, ...rows)
}

/**
 * @param {string} href
 * @param {Record<string, string>} given
 * @param {...Node | string} children
 */
const link = (href, given, ...children) => make('a', { href, rel: 'noopener noreferrer nofollow', target: '_blank', ...given }, ...children)

/**
 * @param {Leaf} leaf
 * @param {string} me
 * @returns {Node}
 */
function flowing(leaf, me) {
  switch (leaf.kind) {
    case 'plain':
      return document.createTextNode(leaf.text)
    case 'code':
      return make('code', {}, leaf.text)
    case 'link':
      return link(leaf.href, { dir: 'ltr' }, leaf.text)
    case 'named':
      return named(leaf, me)
    case 'mention':
      return make('span', { class: leaf.text.slice(1).toLowerCase() === me ? 'mention me' : 'mention' }, leaf.text)
    case 'spoiler':
      return hidden(leaf.children.map((child) => flowing(child, me)))
    default:
      return make(TAGS[leaf.kind], {}, ...leaf.children.map((child) => flowing(child, me)))
  }
}

/**
 * Its words move nothing beside them, least of all the host.
 * @param {Leaf & {kind: 'named'}} leaf
 * @param {string} me
 */
function named({ href, host, children }, me) {
  const words = make('bdi', {}, ...children.map((child) => flowing(child, me)))
  return link(href, { title: href }, words, ...(host ? [make('bdi', { class: 'host', dir: 'ltr' }, ` (${host})`)] : []))
}

/** @param {Node[]} nodes */
function hidden(nodes) {
  const inside = make('span', { inert: true }, ...nodes)
  const cover = make('span', { class: 'spoiler', role: 'button', tabindex: 0, 'aria-label': 'Spoiler: press to show' }, inside)
  const show = () => {
    for (const name of ['role', 'tabindex', 'aria-label']) cover.removeAttribute(name)
    cover.classList.add('open')
    inside.inert = false
  }
  cover.addEventListener('click', show)
  cover.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return
    event.preventDefault()
    event.stopPropagation()
    show()
  })
  return cover
}
