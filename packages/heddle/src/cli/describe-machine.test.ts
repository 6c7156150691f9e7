import { memoryIo } from '@heddle/serve'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { main } from './main.ts'

async function heddle(...words: string[]): Promise<string> {
  const io = memoryIo()
  const cwd = mkdtempSync(join(tmpdir(), 'heddle-lamp-'))
  const fixture = join(import.meta.dirname, '../../fixtures/lamp.ts')
  const around = { io, cwd, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  expect(await main([...words, '--app', fixture], around)).toBe(0)
  return io.text()
}

test('a state machine is described with its diagram, and as JSON with its diagram as Mermaid text', async () => {
  expect(await heddle('describe', 'lamp.Lamp')).toContain(`
states
● off
  └─ press ─▶ on
○ on
  ├─ press ──▶ off
  └─ breaks ─▶ broken
◉ broken
`)
  const { states } = JSON.parse(await heddle('describe', 'lamp.Lamp', '--json')) as { states: string }
  expect(states).toContain('s1 --> s2: breaks')
})
