// Opens many subscriptions, each on a connection of its own, and says when all of them have the same new value.
import { connect } from 'node:net'

/** What it is sent. */
export interface Subscribe {
  readonly port: number
  readonly path: string
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

async function open({ port, path, subscribers, principals }: Subscribe): Promise<void> {
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

  let next = 0
  const lane = async () => {
    while (next < subscribers) await subscribe(next++)
  }
  await Promise.all(Array.from({ length: atATime }, lane))

  function subscribe(index: number): Promise<void> {
    return new Promise((resolve) => {
      let rest = ''
      const socket = connect(port, '127.0.0.1')
      socket.setEncoding('latin1')
      socket.on('error', (error) => fail(`client ${index}: ${error.message}`))
      socket.on('data', (chunk) => {
        rest += String(chunk)
        const events = [...rest.matchAll(/data: (\d+)\n\n/g)]
        const last = events.at(-1)
        if (!last) return
        rest = rest.slice(last.index + last[0].length)
        for (const [, value] of events) take(index, Number(value))
        resolve()
      })
      const headers = `host: localhost\r\naccept: text/event-stream\r\nx-api-key: ${index % principals}`
      socket.write(`GET ${path} HTTP/1.1\r\n${headers}\r\n\r\n`)
    })
  }
}

function fail(failed: string): void {
  process.send!({ value: -1, atNs: '0', failed } satisfies Reached)
}
