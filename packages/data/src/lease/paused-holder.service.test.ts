import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { listBatches, openJobs, storeBatch } from '../../fixtures/lease-app.ts'
import { leasesOf } from './leases.ts'

test('on PostgreSQL the late write of a process that was stopped past the time of its lease is refused', async () => {
  const url = await freshDatabase()
  const jobs = await openJobs(url)
  const path = join(import.meta.dirname, '../../fixtures/lease-writer.ts')
  const child = spawn(process.execPath, [path, url, 'first'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]()
  const heard = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('it ended early')
    return JSON.parse(value) as { token: number; id: string; code: string }
  }
  try {
    const { token } = await heard()
    child.stdin.write('in-time\n')
    expect(await heard()).toEqual({ id: 'in-time', code: 'ok' })
    child.kill('SIGSTOP')
    const leases = leasesOf(jobs)
    let second = await leases.acquire('import', { ttlMs: 60_000, holder: 'second' })
    while (!second.acquired) second = await leases.acquire('import', { ttlMs: 60_000, holder: 'second' })
    expect(second.token).toBeGreaterThan(token)
    child.stdin.end('late\n')
    child.kill('SIGCONT')
    expect(await heard()).toEqual({ id: 'late', code: 'LeaseLost' })
    expect(await jobs.call(storeBatch, { id: 'next', holder: 'second' }, { fences: [second] })).toMatchObject({
      ok: true,
    })
    expect(await jobs.callOrThrow(listBatches, {})).toEqual(['in-time first', 'next second'])
    expect(await ended).toEqual([0, null])
  } finally {
    child.kill('SIGKILL')
    await jobs.close()
  }
})
