import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { App } from '@heddle/core'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { plantFolder } from '../../fixtures/run-tool.ts'
import { main } from './main.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const appText = `
import { app, job, sqlite } from 'heddle'
export const delays = job(new URL('./delays.yaml', import.meta.url))
export default app('flights', { parts: [delays], database: sqlite({ synchronous: 'off' }) })
`
const planText = `heddle: 1
pipeline: flights.Delays
access: public
source: { file: { path: flights.csv }, type: { origin: string, delay: int }, onError: deadLetter }
sink: { file: out.ndjson }
`

test('the dead letter of a row of CSV is shown with the names that its file has for it', async () => {
  const csv = 'origin,delay\nLAX,12\nSFO,late\n'
  const folder = plantFolder({ 'app.ts': appText, 'delays.yaml': planText, 'flights.csv': csv })
  folders.push(folder)
  const heddle = async (...words: string[]) => {
    const io = memoryIo()
    const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
    const code = await main([...words, '--folder', join(folder, 'data')], around)
    return { code, out: io.text(), err: io.errors() }
  }
  const { default: flights } = (await import(join(folder, 'app.ts'))) as { default: App }
  const running = await flights.open({ folder: join(folder, 'data'), root: folder })
  await running.start()
  const letters = () => running.ports.deadLetters.list({ tenant: 'main' })
  await expect.poll(async () => (await letters()).length).toBe(1)
  const { id } = (await letters())[0]!
  await running.close()
  const { out } = await heddle('dlq', 'show', id)
  expect(out).toContain('flights.Delays/source from flights.csv:3')
  expect(out).toContain('columns: origin, delay\n"SFO,late"\n')
})
