// Siege.test.ts runs this as a process of its own, so that the load does not run in the event loop of what it loads.
// Its argument says what to do. It ends with its parent, or reports and ends when the parent sends a message.
import { connect } from "node:net"

const { address, flood, idle = 0, pipelining = 0, port, silent = 0, slow = 0 } = JSON.parse(process.argv[2])

const sockets = new Set()
const timers = []
let ending = false

const open = (onConnect, again) => {
  const socket = connect({ port, host: "127.0.0.1", localAddress: address }, () => onConnect(socket))
  sockets.add(socket)
  socket.on("error", () => undefined)
  socket.on("close", () => {
    sockets.delete(socket)
    if (!ending) timers.push(setTimeout(again, 100))
  })
  return socket
}

const get = (path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`
const questions = [
  "/v1/trials?limit=100",
  "/v1/changes?limit=1000",
  "/v1/trials/recent?limit=100",
  "/nothing"
]
const many = Buffer.from(
  Array.from({ length: 1600 }, (_, n) => get(questions[n % questions.length])).join("")
)

/** Clients of one kind. Each comes again when it was disconnected. */
const crowd = (count, onConnect, receives) => {
  const one = () => {
    const socket = open(onConnect, one)
    if (receives) socket.resume()
    else socket.pause()
  }
  for (let n = 0; n < count; n += 1) one()
}

crowd(idle, () => undefined, true)
crowd(
  slow,
  (socket) => {
    let sent = 0
    const head = get("/v1/trials")
    const dripping = setInterval(() => socket.write(head.charAt(sent++ % (head.length - 4))), 500)
    socket.on("close", () => clearInterval(dripping))
  },
  true
)
crowd(pipelining, (socket) => socket.write(many), true)
crowd(silent, (socket) => socket.write(many), false)

/** What came of the flood: how often each status, and how many requests found no connection free. */
const statuses = {}
let unsent = 0

if (flood !== undefined) {
  const { paths, perSecond, connections } = flood
  const free = []
  const one = () => {
    const socket = open(() => free.push(socket), one)
    let received = ""
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1")
      const end = received.indexOf("\r\n\r\n")
      const length = Number(/\r\nContent-Length: (\d+)/i.exec(received)?.[1])
      if (end < 0 || received.length < end + 4 + length) return
      const status = received.slice(9, 12)
      statuses[status] = (statuses[status] ?? 0) + 1
      received = ""
      free.push(socket)
    })
  }
  for (let n = 0; n < connections; n += 1) one()
  let due = 0
  let asked = 0
  const tick = 20
  timers.push(
    setInterval(() => {
      for (due += (perSecond * tick) / 1000; due >= 1; due -= 1) {
        let socket = free.shift()
        while (socket?.destroyed) socket = free.shift()
        if (socket === undefined) unsent += 1
        else socket.write(get(paths[asked++ % paths.length]))
      }
    }, tick)
  )
}

process.on("message", () => {
  ending = true
  for (const timer of timers) clearTimeout(timer)
  for (const socket of sockets) socket.destroy()
  process.send({ statuses, unsent }, () => process.disconnect())
})
process.on("disconnect", () => process.exit())
