import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { type AnyCommand, app, command } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { http } from './http.ts'
import type { HttpOptions } from './options.ts'

/** A command that ends when the test says so, or when it is cancelled. */
function gate() {
  let open!: () => void
  const opened = new Promise<void>((resolve) => (open = resolve))
  const seen = { running: 0, cancelled: 0 }
  const pass = command('gate.Pass', {
    access: 'public',
    input: z.object({}),
    output: z.object({ cancelled: z.boolean() }),
    async run({ ctx }) {
      seen.running++
      ctx.signal.addEventListener('abort', () => seen.cancelled++)
      await opened
      return { cancelled: ctx.signal.aborted }
    },
  })
  return { pass, open, seen }
}

/** A started app of one command, and how to call it. */
async function start(pass: AnyCommand, options: HttpOptions = {}) {
  const part = http({ port: 0, ...options } as object)
  const opened = await app('gate', { parts: [{ pass }, part] }).open()
  await opened.start()
  const url = part.url!
  const post = (init: RequestInit = {}) =>
    fetch(`${url}/gate/Pass`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}', ...init })
  return { opened, url, post }
}

/** Turns until something is so. The test's own time limit ends it otherwise. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

test('stopping finishes every accepted call, says so by /ready first, and takes no new connections', async () => {
  const { pass, open, seen } = gate()
  const { opened, url, post } = await start(pass)
  expect((await fetch(`${url}/ready`)).status).toBe(200)

  const calls = Array.from({ length: 20 }, () => post())
  await until(() => seen.running === 20)
  const closing = opened.close({ graceMs: 60_000 })
  await until(() => !opened.ready())
  await expect(post()).rejects.toThrow()
  open()
  const answers = await Promise.all(calls)
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  expect(await answers[0]!.json()).toEqual({ cancelled: false })
  await closing
})

test('while it drains with a delay, connections are still taken, and answers end their connection', async () => {
  const { opened, url } = await start(gate().pass, { drainDelay: '300ms' })
  const closing = opened.close()
  await until(() => !opened.ready())
  const answer = await fetch(`${url}/ready`)
  expect([answer.status, answer.headers.get('connection')]).toEqual([503, 'close'])
  await closing
})

test('many clients on kept connections while it stops: what ran was answered, and the rest was refused', async () => {
  let ran = 0
  const pass = command('gate.Pass', {
    access: 'public',
    input: z.object({}),
    output: z.object({}),
    async run({ ctx }) {
      await ctx.sleep(1)
      ran++
      return {}
    },
  })
  const { opened, url } = await start(pass)
  const agent = new Agent({ keepAlive: true, maxSockets: 10 })
  const answers: string[] = []
  const client = async () => {
    do answers.push(await ask(`${url}/gate/Pass`, agent))
    while (answers.at(-1) === '200 {}')
  }
  const clients = Array.from({ length: 10 }, client)
  await until(() => answers.length >= 100)
  await opened.close({ graceMs: 60_000 })
  await Promise.all(clients)
  agent.destroy()
  expect(new Set(answers)).toEqual(new Set(['200 {}', 'refused']))
  expect(answers.filter((answer) => answer === '200 {}')).toHaveLength(ran)
})

test('a client that leaves cancels its call', async () => {
  const { pass, seen } = gate()
  const { opened, post } = await start(pass)
  const controller = new AbortController()
  const asking = post({ signal: controller.signal })
  asking.catch(() => undefined)
  await until(() => seen.running === 1)
  controller.abort()
  await until(() => seen.cancelled === 1)
  await opened.close({ graceMs: 60_000 })
})

function ask(url: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', agent, headers: { 'content-type': 'application/json' } })
    sent.once('response', (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      answer.once('end', () => resolve(`${answer.statusCode} ${text}`)).once('error', () => resolve('broken'))
    })
    sent.once('error', () => resolve('refused'))
    sent.end('{}')
  })
}

test('a connection on which nothing was asked does not hold up the end', async () => {
  const { pass, open } = gate()
  const { opened, url, post } = await start(pass)
  const { hostname, port } = new URL(url)
  const unused = connect(Number(port), hostname)
  await new Promise((resolve) => unused.once('connect', resolve))
  open()
  expect((await post()).status).toBe(200)
  const ended = new Promise((resolve) => unused.once('close', resolve))
  // The grace is longer than a test may take.
  await opened.close({ graceMs: 600_000 })
  await ended
})
