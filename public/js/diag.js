/**
 * The live page over /diag.json: asks every two seconds while somebody looks, and draws only what has changed.
 */

import { tables } from './diagnosis.js'

const EVERY_MS = 2_000

const drawn = /** @type {Map<string, {text: string, element: HTMLElement}>} */ (new Map())

/**
 * @param {string} id
 * @returns {HTMLElement}
 */
const the = (id) => /** @type {HTMLElement} */ (document.getElementById(id))

async function look() {
  try {
    const answer = await fetch('/diag.json', { cache: 'no-store' })
    if (!answer.ok) return say('Diagnostics are for admins who are signed in.')
    const readings = await answer.json()
    draw(tables(readings.sections ?? readings))
    say(`As of ${new Date().toLocaleTimeString()}`)
  } catch {
    say('The server cannot be reached; trying again.')
  }
}

/** @param {import('./diagnosis.js').Table[]} found */
function draw(found) {
  for (const [title, { element }] of drawn) if (!found.some((table) => table.title === title)) forget(title, element)
  for (const table of found) {
    const text = JSON.stringify(table)
    const before = drawn.get(table.title)
    if (before?.text === text) continue
    const element = section(table)
    if (before) before.element.replaceWith(element)
    else the('sections').append(element)
    drawn.set(table.title, { text, element })
  }
}

/**
 * @param {string} title
 * @param {HTMLElement} element
 */
function forget(title, element) {
  drawn.delete(title)
  element.remove()
}

/** @param {import('./diagnosis.js').Table} table */
function section({ title, columns, rows }) {
  const element = make('section')
  const scroll = make('div')
  const table = make('table')
  scroll.className = 'wide'
  if (columns.length) table.append(line('th', columns))
  for (const row of rows) table.append(columns.length ? line('td', row) : pair(row))
  scroll.append(table)
  element.append(make('h2', title), rows.length ? scroll : make('p', 'none'))
  return element
}

/**
 * @param {string} tag
 * @param {string[]} cells
 */
function line(tag, cells) {
  const row = make('tr')
  row.append(...cells.map((text) => make(tag, text)))
  return row
}

/** @param {string[]} cells */
function pair([name = '', value = '']) {
  const row = make('tr')
  row.append(make('th', name), make('td', value))
  return row
}

/**
 * @param {string} tag
 * @param {string} [text]
 */
function make(tag, text = '') {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}

/** @param {string} text */
function say(text) {
  the('state').textContent = text
}

async function keepLooking() {
  if (document.visibilityState === 'visible') await look()
  setTimeout(keepLooking, EVERY_MS)
}

void keepLooking()
