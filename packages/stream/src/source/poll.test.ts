import { app, command, createPorts, memoryLog } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { sourceHost } from '../testing/source-host.ts'
import { testSource } from '../testing/test-source.ts'
import { commandSourceKind } from './command.ts'
import { pollSourceKind } from './poll.ts'

const servers: Server[] = []
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

interface Answer {
  readonly status?: number
  readonly headers?: Record<string, string>
  readonly body?: unknown
}

async function listening(answer: (request: IncomingMessage, url: URL) => Answer): Promise<string> {
  const server = createServer((request, response) => {
    const { status = 200, headers = {}, body } = answer(request, new URL(request.url!, 'http://localhost'))
    response.writeHead(status, headers).end(body === undefined ? '' : JSON.stringify(body))
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/items`
}

const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => ({ n: from + n }))

/** Pages of three over a list that may grow. */
const page = (list: readonly unknown[], after: string | null) => {
  const from = Number(after ?? 0)
  const end = Math.min(from + 3, list.length)
  return { items: list.slice(from, end), ...(end - from === 3 && { next: end }) }
}

testSource('poll', async () => {
  const list = numbers(0, 8)
  const url = await listening((_request, { searchParams }) => ({ body: page(list, searchParams.get('after')) }))
  const cursor = { from: 'it.next', parameter: 'after' }
  return { source: pollSourceKind.create({ url, items: 'it.items', cursor }), expected: { '0': list } }
})

testSource('poll at an interval', async () => {
  const list: unknown[] = numbers(0, 7)
  const url = await listening((_request, { searchParams }) => ({ body: page(list, searchParams.get('after')) }))
  const cursor = { from: 'it.next', parameter: 'after' }
  return {
    source: pollSourceKind.create({ url, items: 'it.items', cursor, every: '20ms' }),
    expected: { '0': numbers(0, 7) },
    async append() {
      list.push(...numbers(7, 12))
      return numbers(7, 12)
    },
  }
})

testSource('command', async () => {
  const list = command('shop.List', {
    kind: 'query',
    input: z.object({ after: z.int().optional() }),
    output: z.object({ items: z.array(z.object({ n: z.int() })), next: z.int().optional() }),
    access: 'public',
    run: ({ input }) => page(numbers(0, 8), String(input.after ?? 0)) as { items: { n: number }[]; next?: number },
  })
  const shop = await app('shop', { parts: [list] }).open({})
  const cursor = { from: 'it.next', field: 'after' }
  return {
    source: commandSourceKind.create({ call: 'shop.List', items: 'it.items', cursor }),
    host: { app: shop },
    expected: { '0': numbers(0, 8) },
    close: () => shop.close(),
  }
})

test('gives nothing while the server says that nothing has changed', async () => {
  const time = createVirtualTime()
  let version = 1
  const asked: (string | undefined)[] = []
  const url = await listening(({ headers }) => {
    asked.push(headers['if-none-match'])
    const etag = `"v${version}"`
    return headers['if-none-match'] === etag ? { status: 304 } : { headers: { etag }, body: [{ version }] }
  })
  const ports = createPorts({ ...time, log: memoryLog() })
  const open = await pollSourceKind.create({ url, every: '1m' }).open(sourceHost({ ports }))
  const reader = await open.openPartition('0', undefined)
  expect((await reader.read(10))!.values).toEqual([{ version: 1 }])
  const next = Promise.resolve(reader.read(10))
  const passed = async (count: number) => {
    while (asked.length < count) {
      await time.advance(60_000)
      await settled()
    }
  }
  await passed(3)
  version = 2
  await passed(4)
  expect((await next)!.values).toEqual([{ version: 2 }])
  expect(asked.slice(0, 3)).toEqual([undefined, '"v1"', '"v1"'])
  await reader.close()
})

test('follows redirects only to hosts that are allowed, and tells what is no list', async () => {
  const there = await listening(() => ({ body: [1, 2] }))
  const here = await listening(() => ({ status: 302, headers: { location: there } }))
  const read = async (config: Parameters<typeof pollSourceKind.create>[0]) => {
    const open = await pollSourceKind.create(config).open(sourceHost())
    return (await open.openPartition('0', undefined)).read(10)
  }
  await expect(read({ url: here })).rejects.toMatchObject({ message: expect.stringContaining('not among its `hosts`') })
  expect((await read({ url: here, hosts: [new URL(there).host] }))!.values).toEqual([1, 2])
  await expect(read({ url: there, items: 'it[0]' })).rejects.toMatchObject({
    message: expect.stringContaining('no list at `it[0]`'),
  })
  await expect(read({ url: there, limit: 3 })).rejects.toMatchObject({ code: 'TooLarge' })
  expect(() => pollSourceKind.create({ url: there, items: 'it.(' })).toThrow('cannot be read')
})
