import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { app, command } from '@heddle/core'
import { entity, leasesOf, repository, sqlite } from '@heddle/data'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { withOperations } from '../commands/operations.ts'
import { leasesAt } from './leases-at.ts'

const Batch = entity('jobs.Batch', { key: 'id', fields: { id: z.string(), holder: z.string() } })
const Batches = repository(Batch)
const storeBatch = command('jobs.StoreBatch', {
  input: z.object({ id: z.string(), holder: z.string() }),
  output: z.object({}),
  access: 'jobs:store',
  uses: [Batches],
  run({ input, ctx }) {
    ctx.use(Batches).insert(input)
    return {}
  },
})
const listBatches = command('jobs.ListBatches', {
  kind: 'query',
  input: z.object({}),
  output: z.array(z.string()),
  uses: [Batches],
  run: async ({ ctx }) => (await ctx.use(Batches).find()).records.map(({ id, holder }) => `${id} ${holder}`),
})

const declared = withOperations(app('jobs', { database: sqlite(), parts: [storeBatch, listBatches] }))

test('the late write of a holder that was stopped past its time is refused by its token', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-paused-'))
  const jobs = await declared.open({ folder })
  await jobs.start()
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../fixtures/lease-holder.ts'), folder, 'first'],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  )
  const ended = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const heard = async (wanted: string) => {
    for (;;) {
      const { value, done } = await lines.next()
      if (done) throw new Error(`it ended without saying ${wanted}`)
      const said = JSON.parse(value) as Record<string, unknown>
      if (wanted in said) return said
    }
  }
  try {
    const { token } = await heard('token')
    child.stdin.write('in-time\n')
    expect(await heard('id')).toEqual({ id: 'in-time', code: 'ok' })

    child.kill('SIGSTOP')
    const leases = leasesOf(jobs)
    let second = await leases.acquire('import', { ttlMs: 60_000, holder: 'second' })
    expect(second).toMatchObject({ acquired: false, holder: 'first' })
    while (!second.acquired) second = await leases.acquire('import', { ttlMs: 60_000, holder: 'second' })
    expect(second.token).toBeGreaterThan(token as number)

    child.stdin.write('late\n')
    child.kill('SIGCONT')
    expect(await heard('id')).toEqual({ id: 'late', code: 'LeaseLost' })
    child.stdin.write('later\n')
    expect(await heard('id')).toEqual({ id: 'later', code: 'LeaseLost' })
    const fences = [second]
    expect(await jobs.call(storeBatch, { id: 'next', holder: 'second' }, { fences })).toMatchObject({ ok: true })
    expect(await jobs.callOrThrow(listBatches, {})).toEqual(['in-time first', 'next second'])
    child.stdin.end()
    expect(await ended).toEqual([0, null])
    expect(await leasesAt(folder).list()).toMatchObject([{ name: 'import', holder: 'second' }])
    expect(await leasesAt(folder).release(second)).toBe(true)
  } finally {
    child.kill('SIGKILL')
    await jobs.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('leases at a folder that nobody serves are unavailable', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-nobody-'))
  const asked = leasesAt(folder).acquire('import', { ttlMs: 1000, holder: 'a' })
  await expect(asked).rejects.toMatchObject({ code: 'Unavailable' })
  rmSync(folder, { recursive: true, force: true })
})
