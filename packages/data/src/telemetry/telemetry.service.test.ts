import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe } from 'vitest'
import { testTelemetry } from '../../fixtures/telemetry-case.ts'
import { freshDatabase } from '../../../../scripts/services/fresh-database.ts'
import { postgres } from '../index.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-telemetry-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('what is told of PostgreSQL', () =>
  testTelemetry({
    system: 'postgresql',
    part: async () => postgres(await freshDatabase()),
    folder: () => folder,
  }))
