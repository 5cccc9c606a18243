import assert from 'node:assert/strict'
import { test } from 'node:test'

import { pieces } from '../../public/js/snippet.js'

/** As one line, found words in brackets. */
const shown = (snippet, ranges = []) => pieces({ snippet, ranges }).map(({ text, found }) => (found ? `[${text}]` : text)).join('')

test('a snippet falls into pieces by its ranges, and senseless ranges are ignored', () => {
  const ranges = [[0, 5], [3, 4], [6, 6], [6, 99], [-2, 1], [6, 11]]
  assert.deepEqual(pieces({ snippet: 'hello world', ranges }), [
    { text: 'hello', found: true }, { text: ' ', found: false }, { text: 'world', found: true },
  ])
})

test('what its author has hidden stays hidden, also where it was what one looked for', () => {
  assert.equal(shown('the end: ||Rosebud burns|| they say', [[4, 7], [11, 18], [27, 31]]), 'the [end]: (hidden) [they] say')
  assert.equal(shown('||one|| and ||two||'), '(hidden) and (hidden)')
})

test('of a spoiler that the server has cut, and closed there, nothing is shown either', () => {
  assert.equal(shown('…||and burns|| they say', [[7, 12]]), '…(hidden) they say')
  assert.equal(shown('they say: ||Rosebud and||…', [[12, 19]]), 'they say: (hidden)…')
  assert.equal(shown('…||all of it||…', [[3, 6]]), '…(hidden)…')
})

test('bars that hide nothing are text', () => {
  assert.equal(shown('a |||| b'), 'a |||| b')
  assert.equal(shown('true || false || [x]', [[8, 13]]), 'true || [false] || [x]')
})
