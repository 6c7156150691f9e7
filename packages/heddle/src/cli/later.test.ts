import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenApp } from '@heddle/core'
import { type HttpPart, openApi } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import post, { sendLetterLater } from '../../fixtures/letters.ts'
import { toolIn } from '../../fixtures/tool-in.ts'
import { withOperations } from '../commands/operations.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-later-'))
  folders.push(folder)
  return folder
}

async function served(folder: string) {
  const app = await withOperations(post).open({ folder })
  await app.start()
  const surface = app.parts.find((part): part is HttpPart => part.name === 'http')
  return { app, url: surface!.url! }
}

interface Told {
  readonly run?: string
  readonly errors?: readonly unknown[]
}

/** When it is called, and under which key. */
interface When {
  readonly delay?: string
  readonly at?: string
  readonly priority?: number
  readonly key?: string
}

/** One way into an app. What is told is a value, or the code and path of the first error. */
interface Way {
  /** Calls the command as a job at once, in the shortest way there is. */
  now(input: object, key?: string): Promise<unknown>
  later(input: object, when: When): Promise<unknown>
  status(run: string): Promise<unknown>
  cancel(run: string): Promise<unknown>
  end(run: string): Promise<unknown>
}

const told = ({ errors }: Told, value: unknown) => {
  const [first] = (errors ?? []) as { readonly code: string; readonly path: readonly unknown[] }[]
  return first ? [first.code, ...first.path] : value
}
const operator = { id: 'operator', permissions: ['post:send'] }
const { ways } = sendLetterLater

function byFunction(app: OpenApp): Way {
  const call = async (command: Parameters<OpenApp['call']>[0], input: object, idempotencyKey?: string) => {
    const outcome = await app.call(command, input, { as: operator, from: 'json', idempotencyKey })
    return outcome.ok ? outcome.value : told({ errors: outcome.errors as readonly unknown[] }, undefined)
  }
  return {
    now: (input, key) => call(sendLetterLater.command, { input }, key),
    later: (input, { key, ...when }) => call(sendLetterLater.command, { input, ...when }, key),
    status: (run) => call(ways.status, { run }),
    cancel: (run) => call(ways.cancel, { run }),
    end: (run) => call(ways.awaits, { run }),
  }
}

function byHttp(url: string): Way {
  const send = async (command: string, input: object, headers = {}) => {
    const answer = await fetch(`${url}/post/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(input),
    })
    const body = (await answer.json()) as Told
    return told(body, body)
  }
  const keyed = (key: string | undefined) => (key === undefined ? {} : { 'idempotency-key': key })
  return {
    now: (input, key) => send('SendLetter', input, { prefer: 'respond-async', ...keyed(key) }),
    later: (input, { key, ...when }) => send('SendLetterLater', { input, ...when }, keyed(key)),
    status: (run) => send('GetSendLetterLater', { run }),
    cancel: (run) => send('CancelSendLetterLater', { run }),
    end: (run) => send('AwaitSendLetterLater', { run }),
  }
}

function byCli(heddle: ReturnType<typeof toolIn>): Way {
  const call = async (...words: string[]) => {
    const { out } = await heddle(...words, '--json')
    const { value, ...failed } = JSON.parse(out) as { value: unknown } & Told
    return told(failed, value)
  }
  const flags = (given: object) => Object.entries(given).flatMap(([name, value]) => [`--${name}`, String(value)])
  return {
    now: (input, key) =>
      call('post.SendLetter', ...flags(input), '--later', ...(key === undefined ? [] : ['--key', key])),
    later: (input, when) => call('post.SendLetter', ...flags(input), ...flags(when)),
    status: (run) => call('post.GetSendLetterLater', run),
    cancel: (run) => call('post.CancelSendLetterLater', run),
    end: (run) => call('post.AwaitSendLetterLater', run),
  }
}

test('a job is asked for, looked at, cancelled and awaited in the same way by function, HTTP and command line', async () => {
  const { app, url } = await served(newFolder())
  const all = [byFunction(app), byHttp(url), byCli(toolIn(folders.at(-1)!, 'letters.ts'))]
  let times = 0
  for (const asks of all) {
    for (const other of all) {
      const { run } = (await asks.now({ to: 'ann' })) as { run: string }
      times++
      expect(await other.end(run)).toEqual({ to: 'ann', times })
      expect(await other.status(run)).toMatchObject({ run, workflow: 'post.SendLetter', state: 'succeeded' })

      const delayed = (await asks.later({ to: 'eve' }, { delay: '7d', priority: 9 })) as { run: string }
      const timed = (await asks.later({ to: 'eve' }, { at: '2999-01-01T00:00:00Z' })) as { run: string }
      expect(await other.status(timed.run)).toMatchObject({ state: 'ready', startsAt: '2999-01-01T00:00:00.000Z' })
      for (const waiting of [delayed, timed]) {
        expect(await other.cancel(waiting.run)).toEqual({ run: waiting.run })
        expect(await asks.end(waiting.run)).toEqual(['RunCancelled'])
      }
      const failing = (await asks.now({ to: 'nobody' })) as { run: string }
      expect(await other.end(failing.run)).toEqual(['UnknownAddress'])
    }
  }
  await app.close()
})

test('the same key is the same job, whichever way it comes in, and done once', async () => {
  const { app, url } = await served(newFolder())
  const all = [byFunction(app), byHttp(url), byCli(toolIn(folders.at(-1)!, 'letters.ts'))]
  const runs = new Set<string>()
  for (const way of [...all, ...all])
    runs.add(((await way.now({ to: 'ann', copies: 1 }, 'k-1')) as { run: string }).run)
  expect(runs.size).toBe(1)
  expect(await all[2]!.end([...runs][0]!)).toEqual({ to: 'ann', times: 1 })
  for (const way of all) expect(await way.now({ to: 'bob' }, 'k-1')).toEqual(['KeyReused'])
  await app.close()
})

test('what is wrong with the input is told where it stands, by HTTP and on the command line as in a call at once', async () => {
  const { app, url } = await served(newFolder())
  const [, http, cli] = [byFunction(app), byHttp(url), byCli(toolIn(folders.at(-1)!, 'letters.ts'))]
  for (const way of [http, cli]) expect(await way!.now({ to: 'a' })).toEqual(['TooSmall', 'to'])
  expect(await http!.later({ to: 'a' }, {})).toEqual(['TooSmall', 'input', 'to'])
  await app.close()
})

test('HTTP answers 202 with a status and a monitor to who prefers not to wait, and the value to who waits a while', async () => {
  const { app, url } = await served(newFolder())
  const send = (prefer: string, to = 'ann', command = 'SendLetter') =>
    fetch(`${url}/post/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', prefer },
      body: JSON.stringify(command === 'SendLetter' ? { to } : { input: { to } }),
    })
  const accepted = await send('respond-async')
  const { run } = (await accepted.json()) as { run: string }
  expect([accepted.status, accepted.headers.get('preference-applied')]).toEqual([202, 'respond-async'])
  expect(accepted.headers.get('location')).toBe(`/post/GetSendLetterLater?run=${run}`)
  expect(accepted.headers.get('link')).toBe(`</post/WatchSendLetterLater?run=${run}>; rel="monitor"`)
  const events = await fetch(`${url}/post/WatchSendLetterLater?run=${run}`, {
    headers: { accept: 'text/event-stream' },
  })
  expect(await events.text()).toContain('"value":{"to":"ann","times":1}')

  const waited = await send('respond-async, wait=30')
  expect([waited.status, waited.headers.get('preference-applied')]).toEqual([200, 'wait=30'])
  expect(await waited.json()).toEqual({ to: 'ann', times: 2 })
  expect((await send('respond-async; x, wait=30', 'nobody')).status).toBe(422)
  expect(await (await send('wait=30', 'ann', 'SendLetterLater')).json()).toEqual({ to: 'ann', times: 3 })

  const atOnce = await send('wait=30')
  expect([atOnce.status, atOnce.headers.get('preference-applied')]).toEqual([200, null])
  await app.close()
})

test('the OpenAPI document tells of the preference and of 202', async () => {
  const { app } = await served(newFolder())
  const { paths } = openApi(app.manifest)
  const prefer = { $ref: '#/components/parameters/Prefer' }
  const { parameters, responses } = paths['/post/SendLetter']!.post!
  expect(parameters).toContainEqual(prefer)
  expect(responses).toMatchObject({
    200: { description: 'The value.' },
    202: {
      headers: { Location: { $ref: '#/components/headers/Location' } },
      content: { 'application/json': { schema: { $ref: '#/components/schemas/post.SendLetterLater.Output' } } },
    },
  })
  expect(paths['/post/SendLetterLater']!.post!.responses).toHaveProperty('202')
  expect(paths['/post/GetSendLetterLater']!.get!.parameters).not.toContainEqual(prefer)
  await app.close()
})

test('the command line waits for a job, names its options, and refuses what does not go together', async () => {
  const heddle = toolIn(newFolder(), 'letters.ts')
  const waited = await heddle('post.SendLetter', '--to', 'ann', '--later', '--wait', '--json')
  expect(JSON.parse(waited.out)).toEqual({ ok: true, value: { to: 'ann', times: 1 } })
  const field = await heddle('post.SendLetter', '--to', 'ann', '--input-at', 'noon', '--json')
  expect(JSON.parse(field.out)).toEqual({ ok: true, value: { to: 'ann', times: 2 } })
  const help = (await heddle('call', 'post.SendLetter', '--help')).out
  for (const option of ['--later', '--at', '--delay', '--priority', '--wait', '--input-at'])
    expect(help).toContain(option)
  expect((await heddle('post.GetSendLetterLater', 'x', '--later')).err).toContain(
    'there is no flag --later: an app serves a command for later with later(command)',
  )
  expect((await heddle('post.SendLetter', '--to', 'ann', '--wait')).err).toContain('--later')
  expect((await heddle('post.SendLetter', '--to', 'ann', '--priority', 'high')).code).toBe(64)
})

test('a time and a duration on the command line are read as people write them, or refused with how to write them', async () => {
  const heddle = toolIn(newFolder(), 'letters.ts')
  const late = await heddle('post.SendLetter', '--to', 'ann', '--delay', 'tomorrow')
  expect(late).toMatchObject({ code: 64, err: expect.stringContaining('--delay is a duration like 250ms, 2s') })
  const soon = await heddle('post.SendLetter', '--to', 'ann', '--at', 'tomorrow')
  expect(soon).toMatchObject({
    code: 64,
    err: expect.stringContaining('--at is a time like 2026-11-01T00:00:00Z or a'),
  })
  const day = await heddle('post.SendLetter', '--to', 'ann', '--at', '2999-01-01', '--json')
  const { run } = (JSON.parse(day.out) as { value: { run: string } }).value
  const shown = await heddle('runs', 'show', run, '--json')
  expect(shown.out).toContain('2999-01-01T00:00:00.000Z')
  const raw = await heddle('post.SendLetterLater', '--input.to', 'ann', '--delay', 'tomorrow')
  expect(raw.err).toContain('a duration is written like 250ms, 2s or 7d')
})
