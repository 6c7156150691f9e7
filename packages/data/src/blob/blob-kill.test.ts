import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openTestStore } from '../testing/test-store.ts'
import { blobGraceMs, createBlobStore } from './blob-store.ts'
import { createFileContents } from './file-contents.ts'

const whole = Buffer.concat([Buffer.alloc(1_500_000, 1), Buffer.alloc(700_000, 2)])
const sha256 = createHash('sha256').update(whole).digest('hex')
async function* passing() {
  yield whole
}
const child = join(import.meta.dirname, '../../fixtures/blob-steps.ts')

/** What a process that died at a step leaves behind, and what a collection makes of it. */
async function dieAt(step: number): Promise<{ said: string; isDead: boolean; trouble: string[] }> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-blob-kill-'))
  try {
    const process_ = spawn(process.execPath, [child, folder, `${step}`], { stdio: ['ignore', 'pipe', 'inherit'] })
    let said = ''
    process_.stdout.setEncoding('utf8').on('data', (more: string) => (said += more))
    const [, signal] = (await once(process_, 'close')) as [number | null, string | null]

    const trouble: string[] = []
    let late = 0
    await using store = await openTestStore([], { folder, ports: { clock: { now: () => Date.now() + late } } })
    const contents = await createFileContents(join(folder, 'stepwise'), () => 'after')
    const blobs = createBlobStore(store.database, contents)
    const found = await blobs.sizeOf('main', sha256)
    if (found !== undefined) {
      const chunks: Uint8Array[] = []
      for await (const chunk of blobs.open('main', sha256)) chunks.push(chunk)
      if (!Buffer.concat(chunks).equals(whole)) trouble.push('a content is not whole')
    }

    late = 3 * blobGraceMs
    await blobs.collect()
    if ((await blobs.sizeOf('main', sha256)) !== undefined) trouble.push('a content was not collected')
    const left = readdirSync(folder, { recursive: true, withFileTypes: true })
    const files = left.filter((entry) => entry.isFile() && entry.parentPath.includes('stepwise'))
    if (files.length > 0) trouble.push(`left behind: ${files.map(({ name }) => name).join(', ')}`)
    await blobs.put('main', passing())
    if ((await blobs.sizeOf('main', sha256)) !== whole.byteLength) trouble.push('it cannot be stored again')
    return { said, isDead: signal === 'SIGKILL', trouble }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('a process that dies at any step of storing or collecting leaves no half content, and nothing after a collection', async () => {
  const troubles: string[] = []
  const survivors: string[] = []
  let steps = 0
  while (survivors.length === 0) {
    const batch = [1, 2, 3, 4].map((more) => dieAt(steps + more))
    for (const { said, isDead, trouble } of await Promise.all(batch)) {
      steps++
      troubles.push(...trouble.map((found) => `step ${steps}: ${found}`))
      if (!isDead) survivors.push(said)
    }
  }
  expect(troubles).toEqual([])
  expect(survivors[0]).toBe('stored\ncollected\n')
  expect(steps).toBeGreaterThan(30)
}, 120_000)
