import { type App, app, checkManifests, type OpenApp } from '@heddle/core'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { replayHistory } from 'heddle/testing'
import { runsOf, workflowKind } from 'heddle/workflow'
import { expect, test } from 'vitest'
import { autumn, kept, migrated, placeOrder1, placeOrder2, placeOrder3, spring, summer } from './workflow-changes.ts'

const newFolder = () => mkdtempSync(join(tmpdir(), 'heddle-guide-'))

async function serve(declared: App, folder: string): Promise<OpenApp> {
  const open = await declared.open({ folder })
  await open.start()
  return open
}

/** A run that was begun by version 1 and waits for its order to be packed. */
async function inSpring() {
  const folder = newFolder()
  const open = await serve(spring, folder)
  const { run } = await runsOf(open).start(placeOrder1, { order: 'o-1' })
  await stateOf(open, run, 'waiting')
  const history = await open.callByName('heddle.ExportRun', { run })
  await open.close()
  return { folder, run, history: history.ok ? history.value : undefined }
}

async function stateOf(open: OpenApp, run: string, wanted: string) {
  for (;;) {
    const found = await open.callByName('heddle.ShowRun', { run })
    const { state } = (found as { value: { state: string } }).value
    if (state === wanted) return
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** What `heddle check` says of the runs that are open in the folder. */
async function check(folder: string, next: App) {
  const { definition } = next
  const bare = await app('orders', { parts: [], database: definition.database! }).open({ folder })
  const { ports } = bare
  const deployed = (await ports.deployments.latest())!
  const { parts } = next.parts()
  const verdicts = await checkManifests(deployed, next.manifest(), [workflowKind], { ports, parts })
  await bare.close()
  return verdicts.filter(({ change }) => change.includes('open run'))
}

const delivered = { ok: true, value: { tracking: 'parcel of o-1' } }

test('what was renamed and added at the end is safe, and runs to its end', async () => {
  const { folder, run, history } = await inSpring()
  expect(await check(folder, summer)).toMatchObject([{ level: 'safe', change: '1 open run of version 1' }])
  expect(await replayHistory(placeOrder2, history)).toEqual({ ok: true })
  const open = await serve(summer, folder)
  await runsOf(open).signal(run, 'packed', {})
  expect(await runsOf(open).outcome(run)).toEqual(delivered)
  await open.close()
})

test('a step before what was done breaks: the run is blocked, and goes on after its migration', async () => {
  const { folder, run, history } = await inSpring()
  expect(await check(folder, autumn)).toMatchObject([{ level: 'breaking' }])
  const replayed = await replayHistory(placeOrder3, history)
  expect(replayed).toMatchObject({ ok: false, because: expect.stringContaining('asks for "check" before it') })
  const blocked = await serve(autumn, folder)
  await stateOf(blocked, run, 'blocked')
  await blocked.close()

  expect(await check(folder, migrated)).toMatchObject([{ level: 'migration', migration: 'orders.PlaceOrder 1 → 3' }])
  const open = await serve(migrated, folder)
  const outcome = await open.callByName('heddle.MigrateRuns', { workflow: 'orders.PlaceOrder' })
  expect(outcome).toEqual({ ok: true, value: { migrated: 1, busy: 0, refused: [] } })
  await runsOf(open).signal(run, 'packed', {})
  expect(await runsOf(open).outcome(run)).toEqual(delivered)
  await open.close()
})

test('where the old code is kept, open runs end by it', async () => {
  const { folder, run } = await inSpring()
  expect(await check(folder, kept)).toMatchObject([{ level: 'safe', change: '1 open run of version 1' }])
  const open = await serve(kept, folder)
  await runsOf(open).signal(run, 'packed', {})
  expect(await runsOf(open).outcome(run)).toEqual(delivered)
  await open.close()
})
