import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keyRing } from '@heddle/core'
import { memoryIo } from '@heddle/serve'
import { isWorkflow, runsOf } from '@heddle/workflow'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { seasonsAt } from '../../fixtures/seasons.ts'
import { withOperations } from '../commands/operations.ts'
import { main } from './main.ts'

const fixture = join(import.meta.dirname, '../../fixtures/seasons.ts')
const bytes = Buffer.alloc(32, 7)
const signal = new AbortController().signal

test('on PostgreSQL another node checks and migrates the runs that are open, while one serves them and after it', async () => {
  const url = await freshDatabase()
  const node = mkdtempSync(join(tmpdir(), 'heddle-node-'))
  try {
    for (const name of ['spring', 'autumn', 'migrated', 'winter']) {
      const text = `import { seasonsAt } from ${JSON.stringify(fixture)}\nexport default seasonsAt('${url}').${name}\n`
      writeFileSync(join(node, `${name}.ts`), text)
    }
    const heddle = async (app: string, ...words: string[]) => {
      const io = memoryIo()
      const environment = { HEDDLE_KEYS: `k1:${bytes.toString('base64')}` }
      const around = { io, cwd: node, environment, signal, entry: 'unused' }
      const code = await main([...words, '--app', join(node, `${app}.ts`), '--folder', join(node, 'data')], around)
      return { code, out: io.text(), err: io.errors() }
    }
    mkdirSync(join(node, 'serving'))
    const served = withOperations(seasonsAt(url).spring)
    const open = await served.open({ folder: join(node, 'serving'), ports: { keys: keyRing([{ id: 'k1', bytes }]) } })
    await open.start()
    const place = served
      .parts()
      .parts.filter(isWorkflow)
      .find(({ name }) => name === 'orders.Place')!
    const { run } = await runsOf(open).start(place, { order: 'o-1' } as never)
    for await (const { state } of open.stream(place.ways.watch, { run })) if (state === 'waiting') break

    const same = await heddle('spring', 'check')
    expect(same).toMatchObject({ code: 0, err: '' })
    expect(same.out).toMatch(/^safe +workflow orders\.Place +1 open run of version 1/m)
    const broken = await heddle('autumn', 'check')
    expect(broken.code).toBe(2)
    expect(broken.out).toMatch(
      /^breaking +workflow orders\.Place +1 open run of version 1: pay asked for before charge/m,
    )
    expect((await heddle('winter', 'check')).out).toMatch(/^breaking +workflow orders\.Place .*: no code/m)
    expect((await heddle('migrated', 'check')).code).toBe(1)
    await open.close()

    expect(await heddle('migrated', 'runs', 'migrate')).toMatchObject({
      code: 0,
      out: '1 migrated, 0 left as they are\n',
    })
    expect((await heddle('migrated', 'check')).code).toBe(0)
    expect((await heddle('spring', 'check')).code).toBe(2)
  } finally {
    rmSync(node, { recursive: true, force: true })
  }
})
