// needs: chromium
import { createServer } from 'node:http'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { command, file, fileFrom, type OpenApp, type Part, sqlite } from 'heddle'
import { webSocket } from 'heddle/live'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { liveBank, people, putAccount, tell } from './fixtures/live-bank.ts'

const size = command('live.Size', {
  input: z.object({ photo: file() }),
  output: file(),
  access: 'public',
  async run({ input: { photo } }) {
    return fileFrom((await photo.bytes()).toReversed(), { type: photo.type })
  },
})

let browser: Browser
let folder: string
let port = 0
beforeAll(async () => {
  // Its sandbox wants rights that a container does not give.
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  folder = await mkdtemp(join(tmpdir(), 'heddle-browser-'))
  people.set('ada', { id: 'ada', permissions: ['live:read'] })
})
afterAll(async () => {
  await browser?.close()
  await rm(folder, { recursive: true })
})

/** A bank on the same port each time, as it is after a new start. */
async function started(): Promise<{ bank: OpenApp; url: string }> {
  const { declared, served } = liveBank(sqlite() as Part, { port, mounts: [webSocket()] }, [size])
  const bank = await declared.open({ folder })
  await bank.start()
  port = Number(new URL(served.url!).port)
  return { bank, url: served.url! }
}

async function opened(url: string): Promise<Page> {
  const page = await browser.newPage()
  // A page of the same origin, with the rules for what it may connect to that ours have.
  await page.goto(url)
  return page
}

test("a browser's WebSocket signs in, calls, follows a query, sends a file and gets one", async () => {
  const { bank, url } = await started()
  await bank.callOrThrow(putAccount, { id: 'b', owner: 'ada', cents: 1 })
  const page = await opened(url)
  const told = page.evaluate(async () => {
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/_heddle/ws`, 'heddle.v1')
    socket.binaryType = 'arraybuffer'
    const frames: Record<string, unknown>[] = []
    const pieces: number[] = []
    await new Promise((resolve) => (socket.onopen = resolve))
    const send = (frame: object) => socket.send(JSON.stringify(frame))
    const ended = new Promise<void>((resolve) => {
      socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
        if (typeof data !== 'string') return void pieces.push(...new Uint8Array(data).subarray(4))
        const frame = JSON.parse(data) as Record<string, unknown>
        frames.push(frame)
        // Its first answer: now the account changes.
        if (frame.id === 2 && frames.filter(({ id }) => id === 2).length === 1) {
          send({ id: 3, call: 'live.PutAccount', input: { id: 'b', owner: 'ada', cents: 2 } })
        } else if (frame.id === 2) {
          send({ id: 4, call: 'live.Size', input: { photo: { upload: 1, type: 'image/png' } } })
          socket.send(new Uint8Array([0, 0, 0, 1, 1, 2, 3]))
          socket.send(new Uint8Array([0, 0, 0, 1]))
        }
        if (frame.id === 4 && ('value' in frame || 'errors' in frame)) resolve()
      }
    })
    send({ authorization: 'Bearer ada' })
    send({ id: 1, call: 'live.FindAccount', input: { id: 'b' } })
    send({ id: 2, subscribe: { query: 'live.FindAccount', input: { id: 'b' } } })
    await ended
    socket.close()
    return { frames, pieces, protocol: socket.protocol }
  })
  const { frames, pieces, protocol } = await told
  expect(protocol).toBe('heddle.v1')
  expect(frames[0]).toEqual({ principal: 'ada' })
  expect(frames).toContainEqual({ id: 1, value: { owner: 'ada', cents: 1 } })
  expect(frames.filter(({ id }) => id === 2).map(({ value }) => (value as { cents: number }).cents)).toEqual([1, 2])
  expect(frames.at(-1)).toMatchObject({ id: 4, value: { type: 'image/png' } })
  expect(pieces).toEqual([3, 2, 1])
  await page.close()
  await bank.close()
})

test('a page of another origin gets no connection', async () => {
  const { bank, url } = await started()
  const elsewhere = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<p>'))
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const page = await opened(`http://127.0.0.1:${(elsewhere.address() as { port: number }).port}`)
  const opens = (target: string) =>
    page.evaluate(
      (address) =>
        new Promise((resolve) => {
          const socket = new WebSocket(address)
          socket.onopen = () => resolve(true)
          socket.onerror = () => resolve(false)
        }),
      target,
    )
  expect(await opens(`${url.replace('http', 'ws')}/_heddle/ws`)).toBe(false)
  await page.close()
  elsewhere.close()
  await bank.close()
})

test("a browser's EventSource is back after a restart of the server and misses nothing", async () => {
  const first = await started()
  const page = await opened(first.url)
  await page.evaluate(
    () =>
      new Promise((resolve) => {
        const source = new EventSource('/_heddle/live/events?on=live.Told')
        const heard: string[] = []
        Object.assign(globalThis, { heard })
        source.addEventListener('event', ({ data }: MessageEvent<string>) =>
          heard.push((JSON.parse(data) as { data: { text: string } }).data.text),
        )
        source.onopen = resolve
      }),
  )
  const heardAll = (count: number) =>
    page.waitForFunction((wanted) => (globalThis as unknown as { heard: string[] }).heard.length >= wanted, count)
  await first.bank.callOrThrow(tell, { texts: ['one', 'two'] })
  await heardAll(2)
  await first.bank.close({ graceMs: 10_000 })

  const { declared } = liveBank(sqlite() as Part)
  const beside = await declared.open({ folder })
  await beside.callOrThrow(tell, { texts: ['while nobody listened'] })
  await beside.close()
  const second = await started()
  await second.bank.callOrThrow(tell, { texts: ['four'] })
  await heardAll(4)
  expect(await page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard)).toEqual([
    'one',
    'two',
    'while nobody listened',
    'four',
  ])
  await page.close()
  await second.bank.close()
})
