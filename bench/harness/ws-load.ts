// A client in a process of its own: sends one frame over and over on open WebSockets, and says when all are answered.
import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { masked } from './masked.ts'

/** What the client is asked to do. */
export interface WsLoad {
  readonly port: number
  readonly path: string
  readonly frames: readonly string[]
  readonly requests: number
  readonly connections: number
}

process.on('message', (load: WsLoad) => {
  void send(load).then(
    () => process.send?.({ done: true }),
    (cause: Error) => process.send?.({ failed: cause.message }),
  )
})

async function send({ port, path, frames, requests, connections }: WsLoad): Promise<void> {
  const bytes = frames.map(masked)
  const hello = [
    `GET ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'connection: upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    'sec-websocket-protocol: heddle.v1',
    `sec-websocket-key: ${randomBytes(16).toString('base64')}`,
    '\r\n',
  ].join('\r\n')
  let left = requests
  const lane = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      let received: Buffer = Buffer.alloc(0)
      let isOpen = false
      const next = () => {
        if (left === 0) return void socket.end(resolve)
        socket.write(bytes[left-- % bytes.length]!)
      }
      socket.once('connect', () => socket.write(hello)).on('error', reject)
      socket.on('data', (chunk: Buffer) => {
        received = received.byteLength === 0 ? chunk : Buffer.concat([received, chunk])
        if (!isOpen) {
          const end = received.indexOf('\r\n\r\n')
          if (end < 0) return
          if (!received.toString('latin1').startsWith('HTTP/1.1 101')) return reject(new Error(received.toString()))
          isOpen = true
          received = received.subarray(end + 4)
          return next()
        }
        const text = textOf(received)
        if (text === undefined) return
        if (!text.includes('"value"')) return reject(new Error(text))
        received = Buffer.alloc(0)
        next()
      })
    })
  await Promise.all(Array.from({ length: connections }, lane))
}

/** The text of a frame of a server, once it is whole. */
function textOf(frame: Buffer): string | undefined {
  if (frame.byteLength < 2) return undefined
  const short = frame[1]!
  const [start, length] = short < 126 ? [2, short] : [4, frame.byteLength < 4 ? Infinity : frame.readUInt16BE(2)]
  return frame.byteLength < start + length ? undefined : frame.toString('utf8', start, start + length)
}
