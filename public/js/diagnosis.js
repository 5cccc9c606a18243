/**
 * Readings of the house made into tables, whatever sections there are: a list of things is a table with a column for each field,
 * anything else a table of names and values. Knows no section by name.
 */

/** @typedef {{title: string, columns: string[], rows: string[][]}} Table `columns` is empty for names and values */

/**
 * @param {Record<string, unknown>} sections
 * @returns {Table[]}
 */
export const tables = (sections) => Object.entries(sections).flatMap(([title, section]) => tablesOf(title, section))

/**
 * @param {string} title
 * @param {unknown} section
 * @returns {Table[]}
 */
function tablesOf(title, section) {
  if (Array.isArray(section)) return [list(title, section)]
  const pairs = [...leaves(section)]
  const plain = pairs.filter(([, value]) => !Array.isArray(value)).map(([name, value]) => [name, show(value)])
  const lists = pairs.flatMap(([name, value]) => (Array.isArray(value) ? [list(`${title} · ${name}`, value)] : []))
  return plain.length || !lists.length ? [{ title, columns: [], rows: plain }, ...lists] : lists
}

/**
 * @param {string} title
 * @param {unknown[]} things
 * @returns {Table}
 */
function list(title, things) {
  const flat = things.map((thing) => new Map(isObject(thing) ? leaves(thing) : [['', thing]]))
  const columns = [...new Set(flat.flatMap((fields) => [...fields.keys()]))]
  return { title, columns, rows: flat.map((fields) => columns.map((name) => show(fields.get(name)))) }
}

/**
 * The values at any depth, each under its path.
 * @param {unknown} value
 * @param {string} [path]
 * @returns {Generator<[string, unknown]>}
 */
function* leaves(value, path = '') {
  if (!isObject(value)) return void (yield [path, value])
  for (const [name, inner] of Object.entries(value)) yield* leaves(inner, path ? `${path}.${name}` : name)
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** @param {unknown} value */
function show(value) {
  if (value === null || value === undefined || value === '') return '–'
  if (typeof value === 'number') return value.toLocaleString('en', { maximumFractionDigits: 3 })
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
