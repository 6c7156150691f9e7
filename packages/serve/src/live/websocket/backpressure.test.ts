import { app, command, stream } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { codesOf, LiveClient } from '../../../test/live-client.ts'
import { http } from '../../http/http.ts'
import { webSocket } from './web-socket.ts'

let made = 0
const fill = command('pipe.Fill', {
  input: z.object({ times: z.int() }),
  output: stream(z.string(), z.object({ made: z.int() })),
  access: 'public',
  async *run({ input: { times } }) {
    for (made = 0; made < times; made++) yield 'x'.repeat(200_000)
    return { made }
  },
})
const hurry = command('pipe.Hurry', {
  input: z.object({}),
  output: z.object({}),
  access: 'public',
  run({ ctx }) {
    for (let done = 1; done <= 1000; done++) ctx.progress({ done, total: 1000 })
    return {}
  },
})
const look = command('pipe.Look', {
  kind: 'query',
  input: z.object({}),
  output: z.int(),
  access: 'public',
  run: () => made,
})

async function serving() {
  const part = http({ port: 0, mounts: [webSocket()] })
  const opened = await app('pipe', { parts: [fill, hurry, look, part] }).open()
  await opened.start()
  return { opened, url: part.url! }
}

test('a command waits while its client does not read, progress tells the newest, and others are served', async () => {
  const { opened, url } = await serving()
  {
    await using client = await LiveClient.connect(url)
    await using other = await LiveClient.connect(url)
    client.send({ id: 1, call: 'pipe.Fill', input: { times: 300 } })
    await client.find((told) => told.id === 1)
    client.ws.pause()
    // It is still read while it does not read, up to a point.
    client.send({ id: 2, call: 'pipe.Hurry' })
    let seen: unknown
    for (let id = 1; ; id++) {
      const { value } = await other.call(id, 'pipe.Look')
      if (value === seen && id > 100) break
      seen = value
    }
    // 60 MB do not fit into what lies between the two.
    expect(seen).toBeLessThan(200)
    client.ws.resume()
    expect(await client.end(1)).toEqual({ id: 1, value: { made: 300 } })
    await client.end(2)
    const told = client.told.filter(({ id, progress }) => id === 2 && progress)
    expect(told.length).toBeLessThan(1000)
    expect(told.at(-1)).toEqual({ id: 2, progress: { done: 1000, total: 1000 } })
  }
  await opened.close({ graceMs: 60_000 })
})

test('a client that does not read what it asks for is not read from either, and lost when it goes', async () => {
  const { opened, url } = await serving()
  {
    await using client = await LiveClient.connect(url)
    await using other = await LiveClient.connect(url)
    client.ws.pause()
    const wrong = JSON.stringify({ id: 1, call: 'x'.repeat(500_000) })
    const { bufferedAmount } = await new Promise<{ bufferedAmount: number }>((resolve) => {
      // What it sends goes on until the server does not take it any more.
      let last = -1
      const more = async () => {
        for (let times = 0; times < 10; times++) client.ws.send(wrong)
        await other.call(1, 'pipe.Look')
        const { bufferedAmount: waiting } = client.ws
        if (waiting > 20_000_000 && waiting > last) return resolve({ bufferedAmount: waiting })
        last = waiting
        return more()
      }
      void more()
    })
    expect(bufferedAmount).toBeGreaterThan(20_000_000)
    expect(codesOf(await other.call(2, 'pipe.Nothing'))).toEqual(['UnknownCommand'])
  }
  await opened.close({ graceMs: 60_000 })
})
