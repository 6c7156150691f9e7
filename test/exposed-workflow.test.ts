import { app, command, expose, fetchHandler, later, runs, sqlite, workflow } from 'heddle'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'

const double = command('math.Double', {
  input: z.object({ n: z.int() }),
  output: z.int(),
  access: 'math:double',
  run: ({ input: { n } }) => n * 2,
})
const doubleTwice = workflow('math.DoubleTwice', {
  input: z.object({ n: z.int() }),
  output: z.int(),
  steps: [double],
  access: 'math:double',
  run: async ({ input: { n }, step }) => step('again', double, { n: await step('first', double, { n }) }),
})
const served = later(double)
const exposed = expose(doubleTwice.command, {
  as: 'api.DoubleTwice',
  access: 'public',
  input: { type: z.object({ number: z.int() }), map: ({ number }) => ({ n: number }) },
})

const exposedLater = expose(served.command, { as: 'api.DoubleLater', access: 'public' })

const folder = mkdtempSync(join(tmpdir(), 'heddle-exposed-'))
const math = await app('math', {
  database: sqlite(),
  parts: [double, served, doubleTwice, exposed, exposedLater, runs()],
}).open({
  folder,
})
const handle = fetchHandler(math)
beforeAll(() => math.start())
afterAll(async () => {
  await math.close()
  rmSync(folder, { recursive: true })
})
const post = async (path: string, input: object, headers: Record<string, string> = {}) => {
  const answer = await handle(
    new Request(`http://localhost${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(input),
    }),
  )
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as unknown }
}

test('a workflow is exposed: its run begins in the same way, and can be waited for', async () => {
  const begun = await post('/api/DoubleTwice', { number: 3 })
  expect([begun.status, begun.headers.get('location')]).toEqual([202, expect.stringContaining('/math/')])
  expect(begun.body).toMatchObject({ run: expect.any(String) as string, state: 'running' })
  const ended = await post('/api/DoubleTwice', { number: 3 }, { prefer: 'wait=20' })
  expect([ended.status, ended.body]).toEqual([200, 12])
  expect((await post('/math/DoubleTwice', { n: 3 })).status).toBe(401)
})

test('a job is exposed, and who prefers one elsewhere is still asked who it is', async () => {
  expect((await post('/api/DoubleLater', { input: { n: 3 } })).status).toBe(202)
  expect((await post('/math/Double', { n: 3 }, { prefer: 'respond-async' })).status).toBe(401)
})
