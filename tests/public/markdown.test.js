/** What people write, read as a tree. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { inline } from '../../public/js/inline.js'
import { parse, summary } from '../../public/js/markdown.js'

const plain = (text) => ({ kind: 'plain', text })
const styled = (kind, ...children) => ({ kind, children })
const leaves = (node) => (Array.isArray(node) ? node.map(leaves).join('') : [node.items, node.children, node.lists].map((inside) => leaves(inside ?? [])).join('') + (node.lang ?? '') + (node.text ?? ''))
const unmarked = (text) => text.replace(/[\s*_~`|>\-+\d.()[\]]/g, '')

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
    { kind: 'list', ordered: false, items: [{ number: null, children: [plain('a')], lists: [list(false, 'b')] }] },
    list(true, '7 c'),
  ])
})

/** A list of items that hold no other, each `text` or `number text`. */
function list(ordered, ...items) {
  const item = (text) => (ordered ? { number: Number.parseInt(text, 10), children: [plain(text.replace(/^\d+ /, ''))], lists: [] } : { number: null, children: [plain(text)], lists: [] })
  return { kind: 'list', ordered, items: items.map(item) }
}

/** As `a(b(c) d)`, with `#` before what has a number. */
const outline = (node) => (Array.isArray(node) ? node.map(outline).join(' ') : node.items ? outline(node.items)
  : `${node.number === null ? '' : `#${node.number}`}${leaves(node.children)}${node.lists.length ? `(${outline(node.lists)})` : ''}`)

test('lists lie in lists by their indent, of both kinds and on many levels', () => {
  const cases = {
    '- a\n  - b\n    - c\n  - d\n- e': 'a(b(c) d) e',
    '- a\n    - b\n  - c\n - d': 'a(b c) d',
    '1. a\n   - b\n     3) c\n   - d\n2. e': '#1a(b(#3c) d) #2e',
    '- a\n  - b\n  1. c\n  - d': 'a(b #1c d)',
    '  - a\n- b\n\t- c': 'a b(c)',
    '* a\n                  * b\n+ c': 'a(b) c',
  }
  for (const [text, wanted] of Object.entries(cases)) assert.equal(outline(parse(text)), wanted, text)
  const deep = parse(Array.from({ length: 12 }, (_, i) => `${'  '.repeat(i)}- ${i}`).join('\n'))
  assert.equal(outline(deep), '0(1(2(3(4(5 6 7 8 9 10 11)))))')
})

test('a link with words of its own leads where its address says, and its words are no other link', () => {
  const named = (address, ...children) => ({ kind: 'named', text: address, href: new URL(address).href, host: '', children })
  assert.deepEqual(inline('see [the *docs*](https://x.org/a_(b)?c=[d]), and'), [
    plain('see '), named('https://x.org/a_(b)?c=[d]', plain('the '), styled('italic', plain('docs'))), plain(', and'),
  ])
  assert.deepEqual(inline('**[a](HTTP://x.org)**'), [styled('bold', named('HTTP://x.org', plain('a')))])
  assert.deepEqual(inline('[@ada `x`](https://x.org)')[0].children, [plain('@ada '), { kind: 'code', text: 'x' }])
  assert.deepEqual(inline('*[a*](https://x.org)'), [plain('*'), named('https://x.org', plain('a*'))])
})

test('what is no http link in brackets stays as it was written', () => {
  const texts = [
    '[a](javascript:alert(1))', '[a](//x.org)', '[a](x.org)', '[a](data:text/html,x)', '[a] (https://)', '[](mailto:x)', '[a](https://[)', '[a]', '[', '[]()', '[ \u200b\u3164](http:',
  ]
  for (const text of texts) assert.deepEqual(inline(text), [plain(text)], text)
  for (const text of ['[a](https://x.org', '[a](https://x.org "b")', '[\u200b](https://x.org)', '[a\nb](https://x.org)', '[ ](https://x.org)', '[a](https://x.org b)']) {
    assert.deepEqual([inline(text).map(({ kind }) => kind).includes('named'), leaves(inline(text))], [false, text], text)
  }
})

test('words that could be taken for another address are followed by the host', () => {
  const host = (words, address = 'https://evil.org/x') => inline(`[${words}](${address})`)[0].host
  const deceiving = [
    'https://bank.com', 'bank.com', 'www.bank.com/login', 'BANK.COM', 'bank\u2024com', 'bank\u3002com', 'bank\uff0ecom', 'bank.\u200bcom', '**bank**.com', 'go to bank.com now',
    'bank\u00b7com', 'https://bank', 'me@bank', 'evil.org or bank.com', 'https://bank.com@evil.org', 'moc.knab\u202e', 'evil.org.bank.com', '\ud835\udc1bank.com',
  ]
  for (const words of deceiving) assert.equal(host(words), 'evil.org', words)
  for (const words of ['the docs', 'evil.org', 'https://evil.org/x', 'www.evil.org', 'Evil.ORG!', 'What? No: this one…']) assert.equal(host(words), '', words)
  assert.equal(host('b\u00fccher.de', 'https://b\u00fccher.de/'), '')
  assert.equal(host('bucher.de', 'https://b\u00fccher.de/'), 'xn--bcher-kva.de')
})

test('a fence that is not closed goes to the end, and marks with nothing in them are text', () => {
  assert.deepEqual(parse('```\nx'), [{ kind: 'fence', text: 'x', lang: '' }])
  for (const text of ['```', '>', '> ', '-', '- ', '1.', '>_<', '-1', '2024. so it was']) assert.equal(parse(text)[0].kind, 'text', text)
})

test('whatever is typed, no character but marks is lost', () => {
  const parts = ['*', '**', '***', '_', '~~', '||', '`', '``', '```', '\n', '> ', '- ', '1. ', ' ', 'a', 'é', '@ada', 'https://x.y/', 'http://', '(', ')', '[', ']', '](', '[a](https://x.y/', '  - ', '\t1) ', '😀', '\\', '<b>', '\u202e']
  const chance = random(7)
  for (let round = 0; round < 30_000; round++) {
    const text = Array.from({ length: chance() * 20 }, () => parts[Math.floor(chance() * parts.length)]).join('')
    assert.equal(unmarked(leaves(parse(text))), unmarked(text), JSON.stringify(text))
  }
})

test('the work grows with the length and no faster', () => {
  const parts = ['*', '**a', '_a ', '~~', '||', '`', '`a``', '```\n', '>\n', '> > > a\n', '- a\n', '  - a\n', '- a\n1. b\n', ' - a\n   1. b\n', '[', '[a](', '[a](http://x', '[a](http://x)', '[a](https://x ', '](http://x', '[a](http://(', '@', 'http://', 'https://[', '(', '* a**b_c~~d||e ', '`a``b```c']
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
  assert.equal(summary('> quoted\n\n**so** `x` [y](https://z.org)\n- one\n  - two ||secret||'), 'quoted so x y one two (hidden)')
  assert.equal(summary('x'.repeat(500), 10), `${'x'.repeat(10)}…`)
})
