/** A socket of the page's whose wires, time and chance are the test's. */

import { Socket } from '../../public/js/socket.js'
import { FakeClock, FakeWebSocket, flush } from './fakes.js'

export const ACK = { session: { authenticated: true, user: { user_id: 'u_1' } }, epoch: 'e1', caps: [], limits: {} }

export function scene({ random = () => 0.5, online = () => true } = {}) {
  const clock = new FakeClock()
  const wires = []
  const open = () => (wires.push(new FakeWebSocket()), wires.at(-1))
  const socket = new Socket({ open, clock, random, online, client: { name: 'test', ver: '0', platform: 'node' } })
  const states = []
  socket.addEventListener('state', () => states.push(socket.state.name))
  return { clock, wires, socket, states, wire: () => wires.at(-1) }
}

export async function goLive(given, ack = ACK) {
  if (given.socket.state.name !== 'connecting') given.socket.start()
  given.wire().open()
  given.wire().reply('hello_ack', ack)
  await flush()
}
