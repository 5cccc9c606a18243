/** Writing: emoji by name, who is named, what is completed, portions, and commands. */

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { commandIn, Commands } from '../../public/js/commands.js'
import { offers, startAt } from '../../public/js/completion.js'
import { findEmoji, groups, RecentEmoji, signOf, withEmoji } from '../../public/js/emoji.js'
import { findPeople, mentionsIn, peopleOf } from '../../public/js/mentions.js'
import { portions, sizeOf } from '../../public/js/portions.js'
import { Shelf } from '../../public/js/shelf.js'
import { Refusal } from '../../public/js/refusal.js'
import { FakeStorage, message, room, user } from './fakes.js'

test('every emoji of the list has a sign and a name, and no sign stands there twice', () => {
  const all = groups.flatMap(({ emoji }) => emoji)
  assert.ok(all.length > 250)
  assert.equal(new Set(all.map(({ sign }) => sign)).size, all.length)
  for (const { sign, names } of all) {
    assert.match(names[0], /^[a-z+-][a-z0-9_+-]*$/, sign)
    assert.equal(signOf(names[0]), sign)
  }
})

test('an emoji is found by how its name begins before one that only has it within', () => {
  assert.equal(findEmoji('heart')[0].sign, '❤️')
  assert.equal(findEmoji(':thumbs')[0].sign, '👍')
  assert.deepEqual(findEmoji('no such emoji at all'), [])
})

test('names between colons become emoji, but not in code, nor in the time of day', () => {
  assert.equal(withEmoji('a :tada: b'), 'a 🎉 b')
  assert.equal(withEmoji('`:tada:` and ```\n:tada:\n``` :tada:'), '`:tada:` and ```\n:tada:\n``` 🎉')
  for (const text of ['10:30:45', ':__proto__:', ':constructor:', '::', 'plain']) assert.equal(withEmoji(text), text)
})

test('the emoji used last come first, once each, whatever the shelf holds', () => {
  const shelf = new Shelf(new FakeStorage())
  const recent = new RecentEmoji({ shelf, user: () => 'u_me' })
  for (const sign of ['🎉', '👍', '🎉']) recent.used(sign)
  assert.deepEqual(recent.all(), ['🎉', '👍'])
  shelf.put('u_me/emoji/written', { odd: 1 })
  assert.deepEqual(recent.all(), [])
})

const PEOPLE = [
  { user_id: 'u_1', handle: 'ada', display_name: 'Ada Lovelace' },
  { user_id: 'u_2', handle: 'bob', display_name: 'Bob', online: true },
  { user_id: 'u_3', handle: 'adam', display_name: 'Zoe', online: true },
]

test('a handle calls its owner, once, and not from within code or an address', () => {
  assert.deepEqual(mentionsIn('@Ada and @ada, (@bob)', PEOPLE), ['u_1', 'u_2'])
  assert.deepEqual(mentionsIn('> @ada\n- ||@bob||', PEOPLE), ['u_1', 'u_2'])
  assert.deepEqual(mentionsIn('- who?\n  1. @bob', PEOPLE), ['u_2'])
  assert.deepEqual(mentionsIn('[@bob](https://x.org)', PEOPLE), [])
  for (const text of ['`@ada`', '```\n@ada\n```', 'me@ada', '@nobody', 'ada', '@__proto__']) assert.deepEqual(mentionsIn(text, PEOPLE), [])
})

test('who is here comes first among equals, and a second name is found too', () => {
  assert.deepEqual(findPeople(PEOPLE, 'ad').map(({ handle }) => handle), ['adam', 'ada'])
  assert.deepEqual(findPeople(PEOPLE, 'love').map(({ handle }) => handle), ['ada'])
  assert.deepEqual(findPeople(PEOPLE, '').length, 3)
})

test('before the members are known, those who have spoken can be named', () => {
  const members = { of: () => [] }
  const messages = { timeline: () => ({ messages: [message(1), message(2, { user_id: 'u_2', user_handle: 'bob' }), message(3)] }) }
  const presence = { get: (user_id) => (user_id === 'u_2' ? { display_name: 'Bob', online: true } : undefined) }
  assert.deepEqual(peopleOf('r_1', { members, messages, presence }).map(({ handle, display_name }) => [handle, display_name]), [['ada', 'ada'], ['bob', 'Bob']])
})

test('what is being typed at the caret is a name, an emoji, a command or nothing', () => {
  const kind = (text, caret = text.length) => startAt(text, caret)
  assert.deepEqual(kind('hi @ad'), { kind: 'person', from: 3, word: 'ad' })
  assert.deepEqual(kind('@'), { kind: 'person', from: 0, word: '' })
  assert.deepEqual(kind('so :ta'), { kind: 'emoji', from: 3, word: 'ta' })
  assert.deepEqual(kind('/to'), { kind: 'command', from: 0, word: 'to' })
  assert.deepEqual(kind('@ad later', 3), { kind: 'person', from: 0, word: 'ad' })
  for (const text of ['', ' /to', 'me@ad', 'so :)', '10:30', 'a:b', 'x /to']) assert.equal(kind(text), null, text)
  const known = { people: PEOPLE, commands: [{ name: 'topic', takes: 'text', does: 'x' }] }
  assert.deepEqual(offers(kind('/to'), known).map(({ insert }) => insert), ['/topic '])
  assert.deepEqual(offers(kind('@bo'), known).map(({ insert }) => insert), ['@bob '])
  assert.equal(offers(kind(':tada'), known)[0].insert, '🎉 ')
})

test('a long text falls into portions that fit, with every word in them and no character torn', () => {
  for (const unit of ['word ', 'line of text\n', 'x', 'ü', '👨‍👩‍👧', '\ud800']) {
    const text = unit.repeat(3000)
    const found = portions(text, 800)
    assert.ok(found.every((one) => sizeOf(one) <= 800), unit)
    assert.equal(found.join('').replace(/\s/g, ''), text.replace(/\s/g, ''))
  }
  assert.ok(portions('👨‍👩‍👧'.repeat(500), 800).every((one) => !one.startsWith('\u200d')))
  assert.deepEqual(portions('short', 800), ['short'])
})

function botScene() {
  const bot = {
    given: [], commands: [], later: null, refusal: null,
    of: () => bot.commands.map(([name, usage = '', help = '', role = null]) => ({ name, usage, help, role })),
    takes: (_, word) => bot.commands.some(([name]) => name.split(' ')[0] === word),
    load: async () => {
      if (bot.refusal) throw bot.refusal
      bot.commands = bot.later ?? bot.commands
    },
    give: async (...what) => void bot.given.push(what),
  }
  return bot
}

function scene() {
  const told = []
  const rooms = {
    joined: '', updated: null, all: () => [room('r_1', { name: 'General', joined: false })],
    get: (room_id) => room(room_id, { kind: room_id.startsWith('g') ? 'group' : 'public' }),
    join: async (room_id) => void (rooms.joined = room_id), update: async (...change) => void (rooms.updated = change),
  }
  const session = { user: user('u_me', { display_name: 'Ada' }), isAdmin: false, rename: async (name) => void (session.user.display_name = name) }
  const presence = { set: async (...how) => void (presence.now = how) }
  const levels = { ways: { dnd: false }, of: () => 'all', choose: (change) => Object.assign(levels.ways, change), set: (...level) => (levels.now = level) }
  const here = { opened: '', side: '', open: (room_id) => (here.opened = room_id), beside: (side) => (here.side = side) }
  const search = { look: async (q) => void (search.q = q) }
  const timeline = { messages: [] }
  const invites = { make: async (room_id) => ({ token: `t ${room_id}` }) }
  const botCommands = botScene()
  const members = { all: [], of: () => members.all }
  const commands = new Commands({ rooms, session, presence, levels, here, search, invites, botCommands, members, messages: { timeline: () => timeline } })
  for (const type of ['help', 'leave', 'invite']) commands.addEventListener(type, ({ detail }) => told.push([type, detail]))
  return { commands, rooms, session, presence, levels, here, search, timeline, told, botCommands, members, run: (text, room_id = 'r_1') => commands.run(text, room_id) }
}

test('what begins with a slash and a word is a command, a path is none', () => {
  assert.deepEqual(commandIn('/me  waves\nagain '), { name: 'me', rest: 'waves\nagain' })
  for (const text of ['/usr/bin', '/ me', '/Me', 'a /me', '/']) assert.equal(commandIn(text), null)
})

test('a command sends, does, or tells, and two slashes are a text', async () => {
  const { run, rooms, session, presence, here, search, levels, told } = scene()
  assert.deepEqual(await run('/me waves'), { send: '*Ada waves*' })
  assert.deepEqual(await run('/shrug'), { send: '¯\\_(ツ)_/¯' })
  assert.deepEqual(await run('//me'), { send: '/me' })
  assert.deepEqual(await run('/usr/bin'), { send: '/usr/bin' })
  await run('/topic all and nothing')
  await run('/nick Ada L.')
  await run('/away lunch')
  await run('/join #general')
  await run('/search a needle')
  await run('/dnd')
  assert.deepEqual([rooms.updated, session.user.display_name, presence.now], [['r_1', { topic: 'all and nothing' }], 'Ada L.', ['away', 'lunch']])
  assert.deepEqual([rooms.joined, here.opened, here.side, search.q, levels.ways.dnd], ['r_1', 'r_1', 'search', 'a needle', true])
  await run('/help')
  await run('/leave')
  await run('/invite', 'g_1')
  assert.deepEqual(told.map(([type]) => type), ['help', 'leave', 'invite'])
  assert.deepEqual(told[1][1], { room_id: 'r_1' })
})

test('a command that is unknown, lacks something or is not allowed is refused in words', async () => {
  const { run, timeline } = scene()
  await assert.rejects(run('/unknown x'), { code: 'NOT_FOUND' })
  await assert.rejects(run('/constructor'), { code: 'NOT_FOUND' })
  await assert.rejects(run('/nick'), { code: 'BAD_REQUEST' })
  await assert.rejects(run('/join nowhere'), { code: 'NOT_FOUND' })
  await assert.rejects(run('/invite'), { code: 'FORBIDDEN' })
  timeline.messages.push(message(1, { bot: true }))
  assert.deepEqual(await run('/unknown x'), { send: '/unknown x' })
})

test('who may add a bot where none is hears of it at a command that nobody knows', async () => {
  const { run, members, rooms, session } = scene()
  members.all = [{ bot: false }]
  rooms.get = () => room('r_1', { kind: 'public', role: 'member' })
  await assert.rejects(run('/poll'), ({ message }) => !message.includes('Add a bot'))
  session.isAdmin = true
  await assert.rejects(run('/poll'), /There is no command \/poll\..*Members, Add a bot/)
  members.all.push({ bot: true })
  await assert.rejects(run('/poll'), ({ message }) => !message.includes('Add a bot'))
})

test('what the bot takes goes to it, our own commands go before, and by its name it is meant', async () => {
  const { run, commands, botCommands, rooms, timeline } = scene()
  botCommands.commands = [['poll', '<question>', 'Ask all'], ['topic', '<text>'], ['raid join']]
  await run('/poll Pizza?\n yes')
  await run('/raid join healer')
  await run('/topic ours')
  await run('/hubot topic theirs')
  await run('/hubot anything at all')
  assert.deepEqual(botCommands.given.map(([, line]) => line), ['poll Pizza?\n yes', 'raid join healer', 'topic theirs', 'anything at all'])
  assert.deepEqual(rooms.updated, ['r_1', { topic: 'ours' }])
  await assert.rejects(run('/hubot'), { code: 'BAD_REQUEST' })
  assert.deepEqual(commands.ofBot('r_1').map(({ name, takes }) => `${name} ${takes}`), ['poll <question>', 'hubot topic <text>', 'raid join '])
  timeline.messages.push(message(1, { bot: true, user_id: 'u_hubot' }))
  await assert.rejects(run('/unknown x'), { code: 'NOT_FOUND' })
  const at = (text) => offers(startAt(text, text.length), { people: [], commands: commands.all('r_1') }).map(({ insert }) => insert)
  assert.deepEqual([at('/po'), at('/hubot po'), at('/hubot t'), at('/raid j'), at('/topic po')], [['/poll '], ['/poll '], ['/hubot topic '], ['/raid join '], []])
  assert.deepEqual(at('/to'), ['/topic '])
})

test('what the bot takes of those who keep order only is offered to them alone, as the rooms know them at the moment, and runs all the same', async () => {
  const { run, commands, botCommands, rooms, session } = scene()
  botCommands.commands = [['ping'], ['tidy', '', '', 'mod'], ['close', '', '', 'owner'], ['diag', '', '', 'admin']]
  const offered = (room_id, role, isAdmin = false) => {
    rooms.get = () => room(room_id, { kind: room_id.startsWith('g') ? 'group' : 'public', role })
    session.isAdmin = isAdmin
    return commands.ofBot(room_id).map(({ name }) => name).join(' ')
  }
  assert.deepEqual(['member', 'mod', 'owner'].map((role) => offered('g_1', role)), ['ping', 'ping tidy', 'ping tidy close'])
  assert.deepEqual(['r_1', 'g_1'].map((room_id) => offered(room_id, 'member', true)), ['ping tidy close diag', 'ping diag'])
  offered('r_1', 'member')
  await run('/tidy')
  assert.deepEqual(botCommands.given, [['r_1', 'tidy']])
})

test('whoever calls the bot where none is, is told so; where that is not known, or one is, nobody is', () => {
  const { commands, members } = scene()
  assert.equal(commands.unheard('hubot help', 'r_1'), '')
  members.all = [{ user_id: 'u_me' }]
  for (const text of ['hubot help', ' @Hubot, help', 'hubot']) assert.match(commands.unheard(text, 'r_1'), /no bot in this room/)
  for (const text of ['hubots', 'hubot-like', 'say hubot help', '']) assert.equal(commands.unheard(text, 'r_1'), '')
  members.all.push({ user_id: 'u_other', bot: true })
  assert.equal(commands.unheard('hubot help', 'r_1'), '')
})

test('a command that the page does not know yet is looked for, and one that cannot be looked for now is not said to be none', async () => {
  const { run, botCommands } = scene()
  botCommands.later = [['dice']]
  await run('/dice 2d6')
  assert.deepEqual(botCommands.given, [['r_1', 'dice 2d6']])
  botCommands.refusal = new Refusal('UNAVAILABLE', 'later')
  await run('/dice')
  await assert.rejects(run('/coin'), { code: 'UNAVAILABLE' })
  botCommands.refusal = new Refusal('FORBIDDEN', 'join first')
  await assert.rejects(run('/coin'), { code: 'NOT_FOUND' })
})
