/**
 * Tabs of one person on one storage, and the server that they send to: for tests of what is written and not yet there.
 */

import { Lease } from '../../public/js/lease.js'
import { Outbox } from '../../public/js/outbox.js'
import { Refusal } from '../../public/js/refusal.js'
import { Shelf } from '../../public/js/shelf.js'
import { FakeClock, FakeSocket, FakeStorage, ids } from './fakes.js'

/** A server that posts each client_msg_id once. `lose` of the next answers get lost on the way. */
export function server() {
  const posted = []
  const at = { posted, lose: 0 }
  at.answer = async ({ client_msg_id, text }) => {
    if (!posted.some((one) => one.client_msg_id === client_msg_id)) posted.push({ client_msg_id, text })
    if (at.lose-- > 0) throw new Refusal('LOST', 'lost')
    const seq = posted.findIndex((one) => one.client_msg_id === client_msg_id) + 1
    return { room_id: 'r_1', client_msg_id, msg_id: `m_${seq}`, seq, ts: 1 }
  }
  at.texts = () => posted.map(({ text }) => text)
  return at
}

export function tab({ storage = new FakeStorage(), clock = new FakeClock(), name = 'a', at = server(), locks } = {}) {
  const socket = new FakeSocket()
  socket.answers.set('msg.send', at.answer)
  const shelf = new Shelf(storage)
  const lease = new Lease({ shelf, locks, clock, owner: name })
  const outbox = new Outbox({ socket, shelf, lease, clock, newId: ids(`c_${name}`), user: () => 'u_1' })
  return { socket, shelf, outbox, clock, storage, at }
}

export const texts = (items) => items.map(({ text }) => text)
