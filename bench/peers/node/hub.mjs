// The least that a hub on one core can do: each text frame to all sockets of the room in the path, or to one socket by name.
import { WebSocketServer } from 'ws'

const rooms = new Map()
const names = new Map()
const TEXT = { binary: false }
const AT = 64

new WebSocketServer({ host: '127.0.0.1', port: Number(process.argv[2]) }).on('connection', (socket, request) => {
  const [, room, name] = request.url.split('/')
  if (!rooms.has(room)) rooms.set(room, new Set())
  const sockets = rooms.get(room).add(socket)
  names.set(name, socket)
  socket.on('message', (frame) => {
    if (frame[0] !== AT) {
      for (const each of sockets) each.send(frame, TEXT)
      return
    }
    const end = frame.indexOf(10)
    names.get(frame.toString('latin1', 1, end))?.send(frame.subarray(end + 1), TEXT)
  })
  socket.on('close', () => {
    sockets.delete(socket)
    names.delete(name)
  })
})
