import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { App } from '@heddle/core'
import { keyRing } from '@heddle/core'
import { memoryIo } from '@heddle/serve'
import { runsOf } from '@heddle/workflow'
import { expect, test } from 'vitest'
import { spring } from '../../fixtures/seasons.ts'
import { withOperations } from '../commands/operations.ts'
import { replayHistory } from '../testing/index.ts'
import { main } from './main.ts'

const fixture = join(import.meta.dirname, '../../fixtures/seasons.ts')
const bytes = Buffer.alloc(32, 7)

/** An app of spring at work in a folder, with one run of each workflow that waits. */
async function inSpring() {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-seasons-'))
  for (const name of ['spring', 'autumn', 'migrated']) {
    writeFileSync(join(folder, `${name}.ts`), `export { ${name} as default } from ${JSON.stringify(fixture)}\n`)
  }
  const declared = withOperations(spring)
  const data = join(folder, 'data')
  const open = await declared.open({ folder: data, ports: { keys: keyRing([{ id: 'k1', bytes }]) } })
  await open.start()
  const [placed, written] = ['orders.Place', 'orders.Letter'].map((name) => workflowOf(declared, name))
  const { run } = await runsOf(open).start(placed!, { order: 'o-1' } as never)
  const letter = await runsOf(open).start(written!, { name: 'Ada Lovelace' } as never)
  const heddle = async (app: string, ...words: string[]) => {
    const io = memoryIo()
    const environment = { HEDDLE_KEYS: `k1:${bytes.toString('base64')}` }
    const around = { io, cwd: folder, environment, signal: new AbortController().signal, entry: 'unused' }
    const code = await main([...words, '--app', join(folder, `${app}.ts`), '--folder', data], around)
    return { code, out: io.text(), err: io.errors() }
  }
  await Promise.all([waiting(run), waiting(letter.run)])
  return { open, heddle, run, letter: letter.run, folder }

  async function waiting(id: string) {
    await new Promise((resolve) => setImmediate(resolve))
    const shown = (await open.callByName('heddle.ShowRun', { run: id })) as { value?: { state: string } }
    if (shown.value?.state !== 'waiting') await waiting(id)
  }
}

const workflowOf = (declared: App, name: string) =>
  declared.parts().parts.find((part) => part.kind.name === 'workflow' && part.name === name) as Parameters<
    ReturnType<typeof runsOf>['start']
  >[0]

test('the check replays the runs that are open in the database, also those that are encrypted', async () => {
  const { open, heddle } = await inSpring()
  await open.close()
  const same = await heddle('spring', 'check')
  expect(same).toMatchObject({ code: 0, err: '' })
  expect(same.out).toMatch(/^safe +workflow orders\.Letter +1 open run of version 1/m)
  const { code, out } = await heddle('autumn', 'check')
  expect(code).toBe(2)
  expect(out).toMatch(/^breaking +workflow orders\.Place +1 open run of version 1: pay asked for before charge/m)
  expect(out).toMatch(/^breaking +workflow orders\.Letter +1 open run of version 1: write asked for before greet/m)
  const helped = await heddle('migrated', 'check', '--json')
  expect(helped.code).toBe(1)
  expect(JSON.parse(helped.out)).toMatchObject({
    level: 'migration',
    verdicts: expect.arrayContaining([
      expect.objectContaining({ item: 'workflow orders.Place', migration: 'orders.Place 1 → 2' }),
    ]),
  })
  expect(await heddle('migrated', 'runs', 'migrate')).toMatchObject({
    code: 0,
    out: '1 migrated, 0 left as they are\n',
  })
  expect((await heddle('migrated', 'check')).code).toBe(0)
})

test('the check looks at open runs where nothing but calls from the command line has begun them', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-called-'))
  for (const name of ['spring', 'winter']) {
    writeFileSync(join(folder, `${name}.ts`), `export { ${name} as default } from ${JSON.stringify(fixture)}\n`)
  }
  const heddle = async (app: string, ...words: string[]) => {
    const io = memoryIo()
    const environment = { HEDDLE_KEYS: `k1:${bytes.toString('base64')}` }
    const around = { io, cwd: folder, environment, signal: new AbortController().signal, entry: 'unused' }
    const ends = await main([...words, '--app', join(folder, `${app}.ts`), '--folder', join(folder, 'data')], around)
    return { code: ends, out: io.text(), err: io.errors() }
  }
  expect(await heddle('spring', 'check')).toMatchObject({ code: 0, out: 'safe: nothing is deployed yet\n' })
  expect(await heddle('spring', 'runs', 'list')).toMatchObject({ code: 0, out: 'there are no runs\n' })
  expect(await heddle('spring', 'check')).toMatchObject({ code: 0, out: 'safe: nothing is deployed yet\n' })
  expect((await heddle('spring', 'runs', 'start', 'orders.Place', '--input', '{"order":"o-1"}')).code).toBe(0)
  const same = await heddle('spring', 'check')
  expect(same).toMatchObject({ code: 0, err: '' })
  expect(same.out).toMatch(/^safe +workflow orders\.Place +1 open run of version 1/m)
  expect(same.out).not.toContain('added')
  expect(same.out).toMatch(/^safe: nothing changed, 1 open run$/m)
  const { code, out } = await heddle('winter', 'check')
  expect(code).toBe(2)
  expect(out).toMatch(/^breaking +workflow orders\.Place +1 open run of version 1: no code/m)
})

test('a process that serves the app is asked for what is open, and keeps what is marked to itself', async () => {
  const { open, heddle } = await inSpring()
  const { code, out } = await heddle('autumn', 'check')
  expect(code).toBe(2)
  expect(out).toMatch(/^breaking +workflow orders\.Place +1 open run of version 1: pay asked for before charge/m)
  expect(out).toMatch(/^breaking +workflow orders\.Letter +1 open run of version 1: not looked at/m)
  expect(out).not.toContain('Ada')
  await open.close()
})

test('a manifest alone tells that code has changed, and that open runs were not looked at', async () => {
  const { open, heddle, folder } = await inSpring()
  await open.close()
  const file = join(folder, 'spring.json')
  expect((await heddle('spring', 'manifest', '--out', file)).code).toBe(0)
  const { out } = await heddle('autumn', 'check', '--against', file)
  expect(out).toMatch(/^safe +workflow orders\.Place +version 1 → 2: changed/m)
  expect(out).toContain('Open runs were not looked at')
})

test('a history is exported into a file, masked, and replayed', async () => {
  const { open, heddle, run, letter, folder } = await inSpring()
  const file = join(folder, 'history.json')
  expect(await heddle('spring', 'runs', 'export', run, '--out', file)).toMatchObject({ code: 0, err: '' })
  const autumn = (await import('../../fixtures/seasons.ts')).autumn
  const history = () => JSON.parse(readFileSync(file, 'utf8')) as unknown
  expect(await replayHistory(workflowOf(spring, 'orders.Place'), history())).toEqual({ ok: true })
  expect(await replayHistory(workflowOf(autumn, 'orders.Place'), history())).toMatchObject({ ok: false })

  expect((await heddle('spring', 'runs', 'export', letter, '--out', file)).code).toBe(0)
  expect(readFileSync(file, 'utf8')).not.toContain('Ada')
  expect(history()).toMatchObject({ input: { name: '•••' }, masked: ['input', 'greet'] })
  expect(await replayHistory(workflowOf(spring, 'orders.Letter'), history())).toEqual({ ok: true })
  expect(await replayHistory(workflowOf(autumn, 'orders.Letter'), history())).toMatchObject({ ok: false })
  await expect(replayHistory(workflowOf(spring, 'orders.Place'), history())).rejects.toThrow('one of orders.Letter')
  await open.close()
})
