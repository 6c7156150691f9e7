import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OpenApp } from '@heddle/core'
import { type HttpPart } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import roastery, { makeCoffee } from '../../fixtures/roastery.ts'
import { toolIn } from '../../fixtures/tool-in.ts'
import { withOperations } from '../commands/operations.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-runs-'))
  folders.push(folder)
  return folder
}
const json = (text: string) => JSON.parse(text) as { value: Record<string, unknown> } & Record<string, unknown>

/** One way into an app: started, awaited, signalled and cancelled by it. */
interface Way {
  start(bean: string, key?: string): Promise<string>
  taste(run: string, taste: string): Promise<unknown>
  cancel(run: string): Promise<unknown>
  /** The value, or the code of the first error. */
  end(run: string): Promise<unknown>
}

const operator = { id: 'operator', permissions: ['roastery:make'] }
const { awaits, cancel, signals } = makeCoffee.ways

const byFunction = (app: OpenApp): Way => ({
  start: async (bean, idempotencyKey) =>
    (await app.callOrThrow(makeCoffee.command, { bean }, { as: operator, idempotencyKey })).run,
  taste: (run, taste) => app.callOrThrow(signals.tasted!, { run, data: { taste } }, { as: operator }),
  cancel: (run) => app.callOrThrow(cancel, { run }, { as: operator }),
  async end(run) {
    const outcome = await app.call(awaits, { run }, { as: operator })
    return outcome.ok ? outcome.value : outcome.errors[0]!.code
  },
})

function byHttp(url: string): Way {
  const post = (command: string, input: unknown, headers = {}) =>
    fetch(`${url}/roastery/${command}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(input),
    })
  const bodyOf = async (answer: Response) => (await answer.json()) as { run: string; errors?: { code: string }[] }
  return {
    start: async (bean, key) =>
      (await bodyOf(await post('MakeCoffee', { bean }, key === undefined ? {} : { 'idempotency-key': key }))).run,
    taste: (run, taste) => post('SignalMakeCoffeeTasted', { run, data: { taste } }),
    cancel: (run) => post('CancelMakeCoffee', { run }),
    async end(run) {
      const body = await bodyOf(await fetch(`${url}/roastery/AwaitMakeCoffee?run=${run}`))
      return body.errors ? body.errors[0]!.code : body
    },
  }
}

function byCli(heddle: ReturnType<typeof toolIn>): Way {
  const call = async (...words: string[]) => json((await heddle(...words, '--json')).out)
  return {
    start: async (bean, key) =>
      (await call('roastery.MakeCoffee', '--bean', bean, ...(key === undefined ? [] : ['--key', key]))).value
        .run as string,
    taste: (run, taste) => call('roastery.SignalMakeCoffeeTasted', '--run', run, '--data.taste', taste),
    cancel: (run) => call('roastery.CancelMakeCoffee', '--run', run),
    async end(run) {
      const { value, errors } = await call('roastery.AwaitMakeCoffee', '--run', run)
      return errors ? (errors as { code: string }[])[0]!.code : value
    },
  }
}

async function served(folder: string) {
  const app = await withOperations(roastery).open({ folder })
  await app.start()
  const surface = app.parts.find((part): part is HttpPart => part.name === 'http')
  return { app, url: surface!.url! }
}

test('a run is started, signalled, awaited and cancelled in the same way by function, HTTP and command line', async () => {
  const folder = newFolder()
  const { app, url } = await served(folder)
  const ways = [byFunction(app), byHttp(url), byCli(toolIn(folder, 'roastery.ts'))]
  for (const start of ways) {
    for (const other of ways) {
      const [good, bitter, none] = [await start.start('arabica'), await start.start('liberica'), await start.start('x')]
      await other.taste(good, 'sweet')
      await other.taste(bitter, 'bitter')
      await other.cancel(none)
      expect(await start.end(good)).toMatchObject({ bean: 'arabica', taste: 'sweet' })
      expect(await start.end(bitter)).toBe('Bitter')
      expect(await start.end(none)).toBe('RunCancelled')
    }
  }
  await app.close()
})

test('the same key is the same run, whichever way it comes in', async () => {
  const folder = newFolder()
  const { app, url } = await served(folder)
  const ways = [byFunction(app), byHttp(url), byCli(toolIn(folder, 'roastery.ts'))]
  const runs = new Set<string>()
  for (const way of [...ways, ...ways]) runs.add(await way.start('arabica', 'morning'))
  expect(runs.size).toBe(1)
  await ways[0]!.taste([...runs][0]!, 'sweet')
  expect(await ways[2]!.end([...runs][0]!)).toMatchObject({ roasts: 1 })
  await app.close()
})

test('HTTP answers 202 with a status to look at, and waits for who prefers to', async () => {
  const folder = newFolder()
  const { app, url } = await served(folder)
  const post = (headers = {}) =>
    fetch(`${url}/roastery/MakeCoffee`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k', ...headers },
      body: '{"bean":"arabica"}',
    })
  const accepted = await post()
  expect(accepted.status).toBe(202)
  const { run } = (await accepted.json()) as { run: string }
  const status = await fetch(url + accepted.headers.get('location')!)
  expect(await status.json()).toMatchObject({ run, workflow: 'roastery.MakeCoffee' })
  const waiting = post({ prefer: 'wait=30' })
  await byHttp(url).taste(run, 'sweet')
  const answer = await waiting
  expect([answer.status, await answer.json()]).toEqual([200, { bean: 'arabica', roasts: 1, taste: 'sweet' }])
  const [, watch] = /<(.*)>; rel="monitor"/.exec(accepted.headers.get('link')!)!
  const events = await (await fetch(url + watch!, { headers: { accept: 'text/event-stream' } })).text()
  expect(events).toContain('event: value')
  expect(events).toContain('"state":"succeeded"')
  await app.close()
})

test('a run is looked after by the tool: listed, explained, paused, resumed, signalled, shown and awaited', async () => {
  const folder = newFolder()
  const { app } = await served(folder)
  const heddle = toolIn(folder, 'roastery.ts')
  expect((await heddle('runs', 'list')).out).toBe('there are no runs\n')
  for (const [name, told] of [
    ['roastery.RoastBeans', 'roastery.RoastBeans is no workflow but a command: heddle call roastery.RoastBeans'],
    ['roastery.MakeCofee', 'there is no workflow "roastery.MakeCofee"; did you mean roastery.MakeCoffee?'],
  ] as const) {
    const missing = await heddle('runs', 'start', name, '--input', '{"bean":"robusta"}')
    expect(missing).toMatchObject({ code: 64, err: expect.stringContaining(told) })
  }
  const { run } = json(
    (await heddle('runs', 'start', 'roastery.MakeCoffee', '--input', '{"bean":"robusta"}', '--json')).out,
  ) as unknown as { run: string }
  for await (const { state } of app.stream(makeCoffee.ways.watch, { run })) if (state === 'waiting') break
  expect((await heddle('runs', 'explain', run)).out).toBe(
    `roastery.MakeCoffee is waiting\nAt tasted it waits for the signal tasted.\nSend it: heddle runs signal ${run} tasted --data '{ "taste": … }'\n`,
  )
  expect((await heddle('runs', 'pause', run, '--because', 'lunch')).out).toBe(`${run} is paused\n`)
  expect((await heddle('runs', 'list', '--state', 'paused')).out).toMatch(/roastery\.MakeCoffee +paused .*lunch/)
  expect((await heddle('runs', 'resume', run)).out).toBe(`${run} goes on\n`)
  const held = json((await heddle('roastery.MakeCoffee', '--bean', 'x', '--json')).out).value.run as string
  await heddle('runs', 'pause', held)
  expect((await heddle('runs', 'cancel', held)).out).toBe(
    `${held} is asked to end\nIt is paused, and does so when it goes on: see heddle runs explain ${held}\n` +
      `End it as it stands, without undoing anything: heddle runs cancel ${held} --force\n`,
  )
  expect((await heddle('runs', 'list', '--state', 'paused')).out).toMatch(/asked to end; an operator paused it/)
  expect((await heddle('runs', 'explain', held)).out).toContain(`\nEnd it as it stands, without undoing anything: `)
  expect(await heddle('runs', 'cancel', held, '--force')).toMatchObject({ code: 0, out: `${held} is ended\n` })
  expect(await heddle('runs', 'await', held)).toMatchObject({ code: 1, err: expect.stringContaining('RunCancelled') })
  expect((await heddle('runs', 'await', run, '--timeout', '20ms')).err).toContain('DeadlineExceeded')
  expect(await heddle('runs', 'retry', run)).toMatchObject({ code: 65, err: expect.stringContaining('WrongRunState') })
  const refused = await heddle('runs', 'signal', run, 'tasted', '--data', '{"taste":1}')
  expect(refused.err).toContain('InvalidType')
  expect((await heddle('runs', 'signal', run, 'tasted', '--data', '{taste}')).code).toBe(64)
  expect((await heddle('runs', 'signal', run, 'tasted', '--data', '{"taste":"dark"}')).out).toBe(
    `tasted is sent to ${run}\n`,
  )
  expect((await heddle('runs', 'await', run)).out).toContain('"taste": "dark"')
  const shown = (await heddle('runs', 'show', run)).out
  expect(shown).toMatch(/roast +roastery\.RoastBeans +\{"roasts":1\}/)
  expect(shown).toMatch(/tasted +signal +\{"taste":"dark"\}/)
  expect((await heddle('runs', 'reset', run, 'tasted')).out).toMatch(/goes on before tasted, \d+ entries left/)
  expect((await heddle('runs', 'cancel', run)).out).toBe(`${run} is asked to end\n`)
  expect(await heddle('runs', 'await', run)).toMatchObject({ code: 1, err: expect.stringContaining('RunCancelled') })
  expect(await heddle('runs', 'signal', run, 'tasted')).toMatchObject({
    code: 65,
    err: expect.stringContaining('RunEnded'),
  })
  expect((await heddle('runs', 'fork', run, 'tasted')).out).toMatch(/^started [\w-]+ with 1 entries of /)
  expect((await heddle('runs', 'show', 'nobody')).err).toContain('There is no run nobody')
  await app.close()
})

test('an approval is listed and answered by the tool, and the page has its form', async () => {
  const folder = newFolder()
  const { app, url } = await served(folder)
  const heddle = toolIn(folder, 'roastery.ts')
  expect((await heddle('approvals', 'list')).out).toBe('nothing waits for an approval\n')
  const { run } = json((await heddle('roastery.BuyBeans', '--sacks', '9', '--json')).out).value as { run: string }
  const status = app.commands.get('roastery.WatchBuyBeans')!
  for await (const { state } of app.stream(status, { run }) as AsyncIterable<{ state: string }>) {
    if (state === 'waiting') break
  }
  expect((await heddle('approvals', 'list')).out).toMatch(/roastery\.BuyBeans +purchase +sacks +Buy beans/)
  expect((await heddle('approvals', 'answer', run, '--answer', '{"sacks":"few"}')).err).toContain('InvalidType')
  expect((await heddle('approvals', 'answer', run, '--answer', '{"sacks":4}')).out).toBe(
    `purchase of ${run} is answered\n`,
  )
  expect(await heddle('approvals', 'answer', run)).toMatchObject({
    code: 65,
    err: expect.stringContaining(`NoApproval: The run ${run} waits for no approval: it is answered`),
  })
  expect((await heddle('approvals', 'answer', 'nobody')).err).toContain('RunNotFound')
  const ended = await heddle('roastery.AwaitBuyBeans', '--run', run, '--json')
  expect(json(ended.out).value).toEqual({ sacks: 4, by: 'operator' })
  expect(await (await fetch(url)).text()).toContain('id="roastery.AnswerBuyBeansPurchase"')
  await app.close()
})

test('without a process that serves the app, waiting for a run brings it on', async () => {
  const folder = newFolder()
  const heddle = toolIn(folder, 'roastery.ts')
  const { run } = json((await heddle('roastery.MakeCoffee', '--bean', 'arabica', '--json')).out).value as {
    run: string
  }
  expect((await heddle('runs', 'signal', run, 'tasted', '--data', '{"taste":"sweet"}')).code).toBe(0)
  const ended = await heddle(
    'roastery.MakeCoffee',
    '--bean',
    'arabica',
    '--key',
    'k',
    '--wait',
    '--timeout',
    '300ms',
    '--json',
  )
  expect(ended.err).toMatch(/goes on/)
  expect(json((await heddle('roastery.AwaitMakeCoffee', '--run', run, '--json')).out).value).toMatchObject({
    bean: 'arabica',
    taste: 'sweet',
  })
})
