import { fileFrom, type StreamedFile } from '@heddle/core'
import { BlobRecord, findRecords, postgres } from '@heddle/data'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { filmApp, keep, many, pass, words } from '../../fixtures/films.ts'
import { engineOfApp } from '../engine/engines.ts'
import { runsOf } from '../engine/runs-of.ts'

test('on PostgreSQL files and large values pass through runs of several processes', async () => {
  const url = await freshDatabase()
  const [left, right] = [
    await filmApp(postgres(url)).open({ mode: 'development' }),
    await filmApp(postgres(url)).open({ mode: 'development' }),
  ]
  await left.start()
  const film = await runsOf(left).start(pass, { film: fileFrom(Buffer.from(words)) })
  const kept = await runsOf(left).start(keep, many)
  await left.close()

  await right.start()
  await runsOf(right).signal(film.run, 'sent', { film: fileFrom(Buffer.from('silent')) })
  await runsOf(right).signal(kept.run, 'more', [])
  expect(await runsOf(right).outcome(kept.run)).toEqual({ ok: true, value: many })
  const outcome = await runsOf(right).outcome(film.run)
  const { louder, sent } = (outcome as { value: Record<'louder' | 'sent', StreamedFile> }).value
  expect(await louder.text()).toBe(words.toUpperCase())
  expect(await sent.text()).toBe('SILENT')
  const contents = await findRecords<{ uses: number }>(engineOfApp(right).store.database, BlobRecord, 'main')
  expect(contents).toHaveLength(5)
  for (const { uses } of contents) expect(uses).toBeGreaterThan(0)
  await right.close()
})
