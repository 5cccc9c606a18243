import assert from 'node:assert/strict'
import test from 'node:test'
import { MOST_BYTES, pieces, topicOf } from '../../integrations/hubot/src/pieces.mjs'

const bytes = (text) => Buffer.byteLength(text)

test('a text that fits is one piece, to the byte', () => {
  assert.deepEqual(pieces('x'.repeat(MOST_BYTES)), ['x'.repeat(MOST_BYTES)])
  assert.equal(pieces('x'.repeat(MOST_BYTES + 1)).length, 2)
})

test('a longer text goes as several that are together what it was', () => {
  const text = 'é👍🏽 words '.repeat(3000)
  const found = pieces(text)
  assert.equal(found.join(''), text)
  assert.ok(found.every((piece) => bytes(piece) <= MOST_BYTES))
})

test('no character is torn, be it of one code point or of many', () => {
  for (const character of ['é', '👍', '👍🏽', '👨‍👩‍👧‍👦', 'é']) {
    for (let before = 0; before < 12; before += 1) {
      const [first] = pieces('x'.repeat(before) + character.repeat(20), 60)
      assert.equal((first.length - before) % character.length, 0, `${character} after ${before}`)
    }
  }
})

test('a single character that is larger than a message is cut between its code points', () => {
  const zalgo = `e${'́'.repeat(50)}`
  const found = pieces(zalgo, 20)
  assert.equal(found.join(''), zalgo)
  assert.ok(found.every((piece) => bytes(piece) <= 20 && piece.isWellFormed()))
})

test('where a line ends nearby the cut is there', () => {
  assert.deepEqual(pieces(`${'a'.repeat(70)}\n${'b'.repeat(50)}`, 100), [`${'a'.repeat(70)}\n`, 'b'.repeat(50)])
})

test('what the server would refuse is left out', () => {
  assert.deepEqual(pieces(''), [])
  assert.deepEqual(pieces(' \n '), [])
  assert.deepEqual(pieces('a\0b'), ['ab'])
  assert.deepEqual(pieces('a\ud800b'), ['a\ufffdb'])
})

test('a topic is one line of at most 250 characters', () => {
  assert.equal(topicOf(' raid\nat\t 9 '), 'raid at  9')
  assert.equal([...topicOf('👍'.repeat(300))].length, 250)
})
