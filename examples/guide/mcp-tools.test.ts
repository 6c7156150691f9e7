import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog } from '@heddle/core'
import { afterAll, expect, test } from 'vitest'
import declared, { countWords } from './mcp-tools.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-notes-'))
const desk = await declared.open({ folder, ports: { log: memoryLog() } })
afterAll(async () => {
  await desk.close()
  rmSync(folder, { recursive: true })
})

test('a command of the app calls a tool, and the tool’s failure is the command’s', async () => {
  expect(await desk.call(countWords, { id: 'milk' })).toEqual({ ok: true, value: 4 })
  expect(await desk.call(countWords, { id: 'none' })).toMatchObject({
    errors: [
      { key: 'notes.ReadNote>external:ToolFailed', data: { tool: 'read_note', message: 'there is no note none' } },
    ],
  })
})

test('from outside a tool is called like any command, by whom it is allowed to', async () => {
  const reader = { id: 'ann', permissions: ['notes:read'] }
  expect(await desk.callByName('notes.ReadNote', { id: 'milk' }, { as: reader })).toMatchObject({ ok: true })
  const note = { id: 'tea', text: 'green' }
  expect(await desk.callByName('notes.WriteNote', note, { as: reader })).toMatchObject({ errors: [{ code: 'Denied' }] })
  expect(await desk.callByName('notes.WriteNote', note)).toMatchObject({
    value: { content: [{ type: 'text', text: 'written' }] },
  })
})
