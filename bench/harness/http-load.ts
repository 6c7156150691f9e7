// A client in a process of its own: sends one request over and over on kept connections, and says when all are answered.
import { connect } from 'node:net'

/** What the client is asked to do. */
export interface HttpLoad {
  readonly port: number
  readonly method: string
  readonly path: string
  readonly bodies: readonly string[]
  readonly headers: Readonly<Record<string, string>>
  readonly requests: number
  readonly connections: number
}

process.on('message', (load: HttpLoad) => {
  void send(load).then(
    () => process.send?.({ done: true }),
    (cause: Error) => process.send?.({ failed: cause.message }),
  )
})

async function send({ port, method, path, bodies, headers, requests, connections }: HttpLoad): Promise<void> {
  const lines = Object.entries({ host: `127.0.0.1:${port}`, 'content-type': 'application/json', ...headers })
  const texts = bodies.map((body) =>
    [
      `${method} ${path} HTTP/1.1`,
      ...lines.map(([name, value]) => `${name}: ${value}`),
      `content-length: ${Buffer.byteLength(body)}`,
      '',
      body,
    ].join('\r\n'),
  )
  let left = requests
  const lane = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true })
      let received = ''
      const next = () => {
        if (left === 0) return void socket.end(resolve)
        socket.write(texts[left-- % texts.length]!)
      }
      socket.setEncoding('latin1').once('connect', next).on('error', reject)
      socket.on('data', (text: string) => {
        received += text
        const end = received.indexOf('\r\n\r\n')
        if (end < 0) return
        if (!received.startsWith('HTTP/1.1 200')) return reject(new Error(received.slice(0, 400)))
        const length = /content-length: (\d+)/i.exec(received.slice(0, end))
        // Without a length the answer comes in chunks, the last one empty.
        if (length ? received.length < end + 4 + Number(length[1]) : !received.endsWith('0\r\n\r\n')) return
        received = ''
        next()
      })
    })
  await Promise.all(Array.from({ length: connections }, lane))
}
