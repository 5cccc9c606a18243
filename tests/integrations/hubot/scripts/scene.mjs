// Description:
//   What the bot of the conversations can do beside its packages.
//
// Commands:
//   hubot count - counts, and remembers
//   hubot dance - dances

const WORD = /^darn$/

export default (robot) => {
  robot.receiveMiddleware(({ response }) => !/do not hear this/.test(response.message.text ?? ''))
  robot.listenerMiddleware(({ listener, response }) => listener.options.id !== 'vault' || response.message.user.name === 'ada')
  robot.responseMiddleware((context) => {
    context.strings = context.strings.map((each) => (WORD.test(each) ? 'd**n' : each))
    return true
  })

  robot.hear(/^fence (\d+)$/, (res) => res.send(`fence ${res.match[1]} passed`))
  robot.hear(/badger/i, (res) => res.send('We need no badgers'))
  robot.respond(/open the (.*) doors/i, (res) => res.reply(`Opening the ${res.match[1]} doors`))
  robot.respond(/dance/i, (res) => res.emote('dances'))
  robot.respond(/play/i, (res) => res.play('tada'))
  robot.respond(/whisper/i, (res) => res.locked('psst'))
  robot.respond(/three things/i, (res) => res.send('one', 'two', 'three'))
  robot.respond(/say without waiting/i, (res) => {
    res.send('first')
    res.send('second')
  })
  robot.respond(/swear/i, (res) => res.send('darn'))
  robot.respond(/open the vault/i, { id: 'vault' }, (res) => res.send('It is open'))
  robot.respond(/flood (\d+)/i, (res) => res.send(...Array.from({ length: Number(res.match[1]) }, (_, each) => `drop ${each + 1}`)))
  robot.respond(/recite/i, (res) => res.send(`${'a'.repeat(7999)}👍${'b'.repeat(10)}`))
  robot.respond(/say nothing/i, (res) => res.send('', '   '))

  robot.respond(/set the topic to (.*)/i, (res) => res.topic(res.match[1]))
  robot.topic((res) => res.send(`${res.message.user.name} made it ${res.message.text}`))
  robot.enter((res) => res.send(`Hello ${res.message.user.name}`))
  robot.leave((res) => res.send(`Farewell ${res.message.user.name}`))

  robot.respond(/tell (\S+) (.*)/i, (res) => robot.messageRoom(res.match[1], res.match[2]))
  robot.router.post('/say/:room', async (request, response) => {
    await robot.messageRoom(request.params.room, request.body.text)
    response.end('said')
  })

  robot.respond(/count$/i, (res) => {
    robot.brain.set('count', (robot.brain.get('count') ?? 0) + 1)
    res.send(`${robot.brain.get('count')}`)
  })
  robot.respond(/i am the (.*)/i, (res) => {
    robot.brain.userForId(res.message.user.id).part = res.match[1]
    res.send('Noted')
  })
  robot.respond(/who is (.*)\?/i, (res) => res.send(`the ${robot.brain.userForName(res.match[1])?.part ?? 'stranger'}`))
  robot.catchAll((res) => {
    if (res.message.message.text === 'is anybody there') res.send('Only me')
  })
}
