import { app } from '@heddle/core'
import { databaseOf } from '@heddle/data'
import { usualDatabase } from '@heddle/data/testing'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { planOf } from '../../fixtures/delays-job.ts'
import { collectSink } from '../sink/collect.ts'
import { askedApp } from './asked-app.ts'
import { JobLife } from './job-life.ts'
import { JobStore } from './job-store.ts'
import { JobWatch } from './job-watch.ts'
import { job } from './job.ts'
import { openTask } from './open-task.ts'
import { readyJob } from './ready-job.ts'
import { openShadow } from './rebuild/shadow-task.ts'

const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

const text = `heddle: 1
pipeline: fl.Ticks
access: public
source: { timer: { every: 10ms } }
sink: { given: told }
`

/** The life of a job that the app does not begin itself, which asks the test whether it is paused. */
async function lifeOf(isPaused: (life: () => JobLife, store: JobStore) => Promise<boolean>) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-life-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const made = job(planOf(text), { sinks: { told: collectSink() } })
  const running = await app('fl', { parts: [made], database: usualDatabase() }).open({ folder, root: folder })
  closing.push(() => running.close())
  const store = new JobStore(databaseOf(running.ports, 'fl'), 'main', running.ports)
  const ready = readyJob(made, { job: made.name, app: askedApp(running, 'main'), entity: () => undefined as never })
  let opened = 0
  const life: JobLife = new JobLife({
    app: running,
    ports: running.ports,
    store,
    root: folder,
    folder,
    isKept: true,
    open: (of, opening) => {
      opened++
      return openTask(of, opening)
    },
    openShadow,
    ready: () => ready,
    isPaused: () => isPaused(() => life, store),
    watch: new JobWatch(made.name, running.ports),
  })
  closing.push(() => life.drain())
  return { life, opened: () => opened }
}

test('a job that is paused while it looks whether it is comes to rest', async () => {
  let looks = 0
  const { life } = await lifeOf(async (self) => {
    // Somebody pauses it right behind the first look.
    if (++looks === 1) self().poke()
    return looks > 1
  })
  await expect.poll(() => looks, { timeout: 10_000 }).toBeGreaterThan(1)
  expect(life.task).toBe(undefined)
})

test('a job runs as its row says once it is known that it is not paused', async () => {
  let looks = 0
  const { life, opened } = await lifeOf(async (_self, store) => {
    looks++
    // While it was paused it was put to rest, and it is resumed.
    await store.put({
      name: 'fl.Ticks',
      plan: '',
      state: 'ended',
      checkpoint: undefined,
      facts: { generation: 1, steps: {} },
    })
    return false
  })
  await expect.poll(() => looks, { timeout: 10_000 }).toBe(1)
  await life.drain()
  expect(opened()).toBe(0)
})
