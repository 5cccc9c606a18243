/** What people write, read as a tree. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { inline } from '../../public/js/inline.js'
import { parse, summary } from '../../public/js/markdown.js'

const plain = (text) => ({ kind: 'plain', text })
const styled = (kind, ...children) => ({ kind, children })
const leaves = (node) => (Array.isArray(node) ? node.map(leaves).join('') : (node.items ? leaves(node.items) : node.children ? leaves(node.children) : (node.lang ?? '') + node.text))
const unmarked = (text) => text.replace(/[\s*_~`|>\-+\d.)]/g, '')

function random(seed) {
  return () => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648
}

test('bold, italic, strike, spoiler and code stand inside a line, and inside each other', () => {
  assert.deepEqual(inline('a **b *c* d** ~~e~~ ||f|| `g*h`'), [
    plain('a '), styled('bold', plain('b '), styled('italic', plain('c')), plain(' d')), plain(' '), styled('strike', plain('e')), plain(' '),
    styled('spoiler', plain('f')), plain(' '), { kind: 'code', text: 'g*h' },
  ])
  assert.deepEqual(inline('***x***'), [styled('bold', styled('italic', plain('x')))])
  assert.deepEqual(inline('``a ` b``'), [{ kind: 'code', text: 'a ` b' }])
})

test('what only looks like a mark is text', () => {
  const texts = ['2*3*4', 'a * b', 'snake_case_name', '¯\\_(ツ)_/¯', '**', '****', '``', '*open', '**a', '~~', '||', 'a || b', '` `', 'a@b.org', '@', 'http://']
  for (const text of texts) assert.deepEqual(inline(text), [plain(text)], text)
})

test('a mark that is never closed is text, and what stands behind it still counts', () => {
  assert.deepEqual(inline('*a **b** c'), [plain('*a '), styled('bold', plain('b')), plain(' c')])
  assert.deepEqual(inline('**a *b** c'), [styled('bold', plain('a *b')), plain(' c')])
})

test('links are http and https only, lead where they say, and leave the sentence its punctuation', () => {
  assert.deepEqual(inline('(see https://x.org/a_(b)_c).'), [plain('(see '), { kind: 'link', text: 'https://x.org/a_(b)_c', href: 'https://x.org/a_(b)_c' }, plain(').')])
  assert.deepEqual(inline('**http://x.org/**'), [styled('bold', { kind: 'link', text: 'http://x.org/', href: 'http://x.org/' })])
  for (const text of ['javascript:alert(1)', 'data:text/html,x', 'ftp://x.org', 'xhttps://x.org', 'https://', 'https://[']) {
    assert.deepEqual(inline(text).map(({ kind }) => kind), ['plain'], text)
  }
})

test('somebody is named by an @ that begins a word', () => {
  assert.deepEqual(inline('hi @ada, and @Bob_2'), [plain('hi '), { kind: 'mention', text: '@ada' }, plain(', and '), { kind: 'mention', text: '@Bob_2' }])
})

test('fences, quotes and lists are blocks, and what is in a fence is left alone', () => {
  assert.deepEqual(parse('```js\n*x*\n\n> y\n```\nrest'), [{ kind: 'fence', text: '*x*\n\n> y', lang: 'js' }, { kind: 'text', children: [plain('rest')] }])
  assert.deepEqual(parse('> a\n> > b\nc'), [
    { kind: 'quote', children: [{ kind: 'text', children: [plain('a')] }, { kind: 'quote', children: [{ kind: 'text', children: [plain('b')] }] }] },
    { kind: 'text', children: [plain('c')] },
  ])
  assert.deepEqual(parse('- a\n  - b\n7. c'), [
    { kind: 'list', items: [{ number: null, depth: 0, children: [plain('a')] }, { number: null, depth: 1, children: [plain('b')] }] },
    { kind: 'list', items: [{ number: 7, depth: 0, children: [plain('c')] }] },
  ])
})

test('a fence that is not closed goes to the end, and marks with nothing in them are text', () => {
  assert.deepEqual(parse('```\nx'), [{ kind: 'fence', text: 'x', lang: '' }])
  for (const text of ['```', '>', '> ', '-', '- ', '1.', '>_<', '-1', '2024. so it was']) assert.equal(parse(text)[0].kind, 'text', text)
})

test('whatever is typed, no character but marks is lost', () => {
  const parts = ['*', '**', '***', '_', '~~', '||', '`', '``', '```', '\n', '> ', '- ', '1. ', ' ', 'a', 'é', '@ada', 'https://x.y/', 'http://', '(', ')', '😀', '\\', '<b>', '\u202e']
  const chance = random(7)
  for (let round = 0; round < 30_000; round++) {
    const text = Array.from({ length: chance() * 20 }, () => parts[Math.floor(chance() * parts.length)]).join('')
    assert.equal(unmarked(leaves(parse(text))), unmarked(text), JSON.stringify(text))
  }
})

test('the work grows with the length and no faster', () => {
  const parts = ['*', '**a', '_a ', '~~', '||', '`', '`a``', '```\n', '>\n', '> > > a\n', '- a\n', '@', 'http://', 'https://[', '(', '* a**b_c~~d||e ', '`a``b```c']
  const time = (text) => {
    const began = performance.now()
    parse(text)
    return performance.now() - began
  }
  for (const part of parts) {
    const long = part.repeat(200_000 / part.length)
    assert.ok(Math.min(time(long), time(long)) < 1500, JSON.stringify(part)) // quadratic work takes minutes
  }
})

test('a summary is one line without marks, and gives no spoiler away', () => {
  assert.equal(summary('> quoted\n\n**so** `x`\n- one\n- two ||secret||'), 'quoted so x one two (hidden)')
  assert.equal(summary('x'.repeat(500), 10), `${'x'.repeat(10)}…`)
})
