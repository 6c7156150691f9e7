// Opens many subscriptions, each on a connection of its own, and says when all of them have the same new value.
import { connect } from 'node:net'
import { masked } from '../../harness/masked.ts'

/** What it is sent. */
export interface Subscribe {
  readonly port: number
  readonly over: 'sse' | 'websocket'
  readonly query: string
  readonly subscribers: number
  readonly principals: number
}

/** What it says. */
export interface Reached {
  readonly value: number
  /** By the clock that all processes of the machine share, in nanoseconds. */
  readonly atNs: string
  readonly failed?: string
}

/** How many connections are made at a time. */
const atATime = 100

process.once('message', (subscribe: Subscribe) => void open(subscribe))
process.once('disconnect', () => process.exit())

async function open({ port, over, query, subscribers, principals }: Subscribe): Promise<void> {
  const values = new Int32Array(subscribers).fill(-1)
  let newest = -1
  let reached = 0

  function take(index: number, value: number): void {
    if (value <= values[index]!) return fail(`client ${index} got ${value} after ${values[index]}`)
    values[index] = value
    if (value > newest) {
      newest = value
      reached = 0
    }
    if (value === newest && ++reached === subscribers) {
      process.send!({ value, atNs: String(process.hrtime.bigint()) } satisfies Reached)
    }
  }

  const subscription = masked(JSON.stringify({ id: 1, subscribe: { query } }))
  let next = 0
  const lane = async () => {
    while (next < subscribers) await subscribe(next++)
  }
  await Promise.all(Array.from({ length: atATime }, lane))

  function subscribe(index: number): Promise<void> {
    return new Promise((resolve) => {
      let rest = ''
      let isAsked = false
      const socket = connect(port, '127.0.0.1')
      socket.setEncoding('latin1')
      socket.on('error', (error) => fail(`client ${index}: ${error.message}`))
      socket.on('data', (chunk) => {
        rest += String(chunk)
        if (!isAsked && over === 'websocket' && rest.includes('\r\n\r\n')) {
          isAsked = true
          socket.write(subscription)
        }
        const events = [...rest.matchAll(pushed[over])]
        const last = events.at(-1)
        if (!last) return
        rest = rest.slice(last.index + last[0].length)
        for (const [, value] of events) take(index, Number(value))
        resolve()
      })
      const { path, headers } = asked(over, query)
      socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nx-api-key: ${index % principals}\r\n${headers}\r\n\r\n`)
    })
  }
}

/** How a value is written that is pushed. */
const pushed = { sse: /data: (\d+)\n\n/g, websocket: /"value":(\d+)\}/g }

const asked = (over: Subscribe['over'], query: string) =>
  over === 'sse'
    ? { path: `/_heddle/live/${query.replace('.', '/')}`, headers: 'accept: text/event-stream' }
    : {
        path: '/_heddle/ws',
        headers:
          'connection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-protocol: heddle.v1\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==',
      }

function fail(failed: string): void {
  process.send!({ value: -1, atNs: '0', failed } satisfies Reached)
}
