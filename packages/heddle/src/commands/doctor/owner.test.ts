import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { checkOwner } from './owner.ts'
import type { Patient } from './finding.ts'

test('a damaged file of the owner is told with the advice to delete it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-doctor-'))
  writeFileSync(join(folder, 'owner.db'), 'a letter to my grandmother'.repeat(20))
  const patient = { folder, environment: {}, app: () => Promise.reject(new Error('not asked')) } as Partial<Patient>
  expect(await checkOwner(patient as Patient)).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('cannot say which process owns the data folder'),
    advice: expect.stringContaining('then delete it'),
  })
  rmSync(folder, { recursive: true, force: true })
})
