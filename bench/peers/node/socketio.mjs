// A hub as socket.io's own guide has it: rooms of the server, everybody in one of their own too.
import { Server } from 'socket.io'

const io = new Server({ transports: ['websocket'] })
io.on('connection', (socket) => {
  const { room, name } = socket.handshake.query
  socket.join([room, name])
  socket.on('room', (payload) => io.to(room).emit('m', payload))
  socket.on('one', (to, payload) => io.to(to).emit('m', payload))
})
const { createServer } = await import('node:http')
io.attach(createServer().listen(Number(process.argv[2]), '127.0.0.1'))
