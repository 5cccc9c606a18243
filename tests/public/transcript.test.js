/** A room from a file, as it is read. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { foundIn, Transcript } from '../../public/js/transcript.js'

const NOON = new Date(2026, 4, 1, 12).getTime()

const said = (text, more = {}) => ({ seq: 1, ts: NOON, user_handle: 'ada', text, edited: false, deleted: false, bot: false, files: [], ...more })
const many = (count) => Array.from({ length: count }, (_, index) => said(`line ${index}`))
const texts = ({ lines }) => lines.filter(({ kind }) => kind === 'said').map((line) => line.said.text)

test('a file opens at its end, and gives more in both directions without growing for ever', () => {
  const transcript = new Transcript(many(1000))
  assert.deepEqual([texts(transcript)[0], texts(transcript).at(-1)], ['line 940', 'line 999'])
  assert.equal(transcript.down(), false)
  for (let turn = 0; turn < 9; turn++) assert.equal(transcript.up(), true)
  assert.deepEqual([texts(transcript)[0], texts(transcript).length], ['line 580', 140])
  transcript.top()
  assert.equal(texts(transcript)[0], 'line 0')
  assert.equal(transcript.up(), false)
  for (let turn = 0; turn < 40; turn++) transcript.down()
  assert.deepEqual([texts(transcript).at(-1), texts(transcript).length <= 140], ['line 999', true])
  transcript.top()
  transcript.end()
  assert.equal(texts(transcript).at(-1), 'line 999')
})

test('days and breaths stand as in a room, whatever seqs and times the file claims', () => {
  const transcript = new Transcript([
    said('a'), said('b', { seq: 0 }), said('c', { user_handle: 'bob' }), said('d', { ts: NOON + 86_400_000 }), said('e', { ts: 1e300 }), said('f', { ts: -5 }),
  ])
  assert.deepEqual(transcript.lines.map((line) => (line.kind === 'day' ? 'day' : `${line.said.text}${line.head ? '!' : ''}`)),
    ['day', 'a!', 'b', 'c!', 'day', 'd!', 'day', 'e!', 'day', 'f!'])
})

test('all the words have to be there, and one goes from hit to hit and round', () => {
  const transcript = new Transcript([said('Tea and CAKE'), ...many(200), said('tea'), said('cake, tea'), said('x', { files: ['tea-cake.txt'] }), said('tea cake', { deleted: true })])
  transcript.look(' tea  cake ')
  assert.deepEqual([transcript.hits, transcript.turn], [[0, 202, 203], 3])
  transcript.step(-1)
  assert.equal(transcript.chosen, 'm 202')
  transcript.step(-1)
  assert.deepEqual([transcript.chosen, texts(transcript)[0]], ['m 0', 'Tea and CAKE'])
  transcript.step(-1)
  assert.equal(transcript.turn, 3)
  transcript.look('')
  assert.deepEqual([transcript.hits, transcript.pattern, transcript.chosen], [[], null, ''])
  transcript.step(1)
  assert.equal(transcript.chosen, '')
})

test('any text is legal to look for, and means itself', () => {
  for (const words of ['.*', '(', '[a', '\\', 'a|b', '^$', '{1}', '-', '/', '\ud800', '?', 'ß', 'İ', '👩‍👩‍👧', '__proto__']) {
    const transcript = new Transcript([said('nothing here of it'), said(`so ${words} it is`)])
    transcript.look(words)
    assert.deepEqual(transcript.hits, [1], words)
    assert.equal(foundIn(`so ${words} it is`, transcript.pattern).find(({ found }) => found).text, words)
    assert.equal(foundIn(`so ${words} it is`, transcript.pattern).map(({ text }) => text).join(''), `so ${words} it is`)
  }
})

test('fifty thousand messages are looked through while one types', () => {
  const transcript = new Transcript(many(50_000))
  const before = process.cpuUsage()
  transcript.look('line 4999')
  assert.equal(transcript.hits.length, 15)
  assert.ok(transcript.lines.length <= 142)
  assert.ok(process.cpuUsage(before).user < 500_000, 'microseconds of a processor: by the clock it would be others\' time too')
})

test('an empty room is empty', () => {
  const transcript = new Transcript([])
  transcript.look('a')
  assert.deepEqual([transcript.lines, transcript.hits, transcript.top(), transcript.end()], [[], [], false, false])
})
