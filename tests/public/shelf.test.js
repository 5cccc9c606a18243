import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Shelf } from '../../public/js/shelf.js'
import { FakeStorage } from './fakes.js'

test('what is put on the shelf is there for the next page', () => {
  const storage = new FakeStorage()
  assert.equal(new Shelf(storage).put('a', { b: 1 }), true)
  assert.deepEqual(new Shelf(storage).get('a'), { b: 1 })
})

test('damaged values are as good as none, and are thrown away', () => {
  const storage = new FakeStorage()
  storage.setItem('dcc/a', '{"half":')
  const shelf = new Shelf(storage)
  assert.equal(shelf.get('a'), undefined)
  assert.deepEqual(shelf.keys(''), [])
})

test('what others keep in the same storage is not seen and not touched', () => {
  const storage = new FakeStorage()
  storage.setItem('theirs', '1')
  const shelf = new Shelf(storage)
  assert.deepEqual(shelf.keys(''), [])
  shelf.remove('theirs')
  assert.equal(storage.getItem('theirs'), '1')
})

test('a full shelf asks for room, and keeps in memory what still does not fit', () => {
  const shelf = new Shelf(new FakeStorage(40))
  shelf.put('old', 'x'.repeat(20))
  let asked = 0
  shelf.makeRoom = () => {
    asked++
    shelf.remove('old')
    return asked === 1
  }
  assert.equal(shelf.put('new', 'y'.repeat(20)), true)
  assert.equal(shelf.put('big', 'z'.repeat(100)), false)
  assert.equal(shelf.get('big'), 'z'.repeat(100))
  assert.deepEqual(shelf.keys(''), ['big', 'new'])
  assert.equal(asked, 2)
})

test('where storage is missing or forbidden it works for as long as the page lives', () => {
  const forbidden = new Proxy({}, { get: () => assert.fail('forbidden'), ownKeys: () => { throw new Error('forbidden') } })
  for (const storage of [null, forbidden]) {
    const shelf = new Shelf(storage)
    assert.equal(shelf.put('__proto__', { a: 1 }), false)
    assert.deepEqual(shelf.get('__proto__'), { a: 1 })
    assert.deepEqual(shelf.keys(''), ['__proto__'])
    shelf.remove('__proto__')
    assert.equal(shelf.get('__proto__'), undefined)
    assert.equal({}.a, undefined)
  }
})
