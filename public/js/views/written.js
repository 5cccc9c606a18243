/**
 * What markdown.js has read, as nodes. Text becomes text nodes and nothing else; a link is http or https, opens beside us and tells its
 * target nothing; a spoiler is out of reach until somebody asks for it.
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
      return listed(block.items, me)
    case 'text':
      return make('p', { dir: 'auto' }, ...block.children.map((leaf) => flowing(leaf, me)))
  }
}

/**
 * @param {import('../markdown.js').Item[]} items
 * @param {string} me
 */
function listed(items, me) {
  const rows = items.map(({ number, depth, children }) => {
    const row = make('li', { 'data-depth': depth, dir: 'auto' }, ...children.map((leaf) => flowing(leaf, me)))
    if (number !== null) row.value = number
    return row
  })
  return make(items[0]?.number === null ? 'ul' : 'ol', {}, ...rows)
}

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
      return make('a', { href: leaf.href, rel: 'noopener noreferrer nofollow', target: '_blank', dir: 'ltr' }, leaf.text)
    case 'mention':
      return make('span', { class: leaf.text.slice(1).toLowerCase() === me ? 'mention me' : 'mention' }, leaf.text)
    case 'spoiler':
      return hidden(leaf.children.map((child) => flowing(child, me)))
    default:
      return make(TAGS[leaf.kind], {}, ...leaf.children.map((child) => flowing(child, me)))
  }
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
