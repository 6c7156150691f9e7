import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app } from '@heddle/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testTelemetry, write } from '../../fixtures/telemetry-case.ts'
import { sqlite } from '../index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'heddle-telemetry-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

testTelemetry({ system: 'sqlite', part: async () => sqlite(), folder: () => folder })

test('an app of which nobody wants to know anything has the bare database', async () => {
  const opened = await app('notes', { parts: [write], database: sqlite() }).open({ folder })
  expect(opened.ports.telemetry).toEqual({})
  expect((opened.ports.transactions as unknown as { database: { waiting(): number } }).database.waiting()).toBe(0)
  await opened.callOrThrow(write, { id: 'n1', text: 'x' })
  await opened.close()
})
