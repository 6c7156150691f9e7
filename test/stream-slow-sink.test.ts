import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, test } from 'vitest'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** So many records of ten kilobytes are in a batch, and in an epoch that waits for its sink. */
const bound = 64
const offered = 1000 * bound

// A thousand times the bound are 610 MiB.
test.for(['plain', 'idempotent'])(
  'a slow sink that is %s gets every record of a source that always has more, and the process needs less than 100 MiB for it',
  { timeout: 120_000 },
  async (delivery, { signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-slow-sink-'))
    folders.push(folder)
    // The engine would let garbage lie for longer where it has the room.
    const frugal = ['--max-old-space-size=80', '--max-semi-space-size=4']
    const script = join(import.meta.dirname, 'fixtures/slow-sink-process.ts')
    const child = spawn(process.execPath, [...frugal, script, delivery, String(bound), String(offered)], {
      signal,
      killSignal: 'SIGKILL',
      env: { ...process.env, FOLDER: folder },
    })
    const [told, complaint] = [text(child.stdout), text(child.stderr)]
    const [code] = (await once(child, 'close')) as [number | null]
    expect({ code, complaint: await complaint }).toEqual({ code: 0, complaint: '' })
    const { arrived, sum, grownBytes } = JSON.parse(await told) as Record<'arrived' | 'sum' | 'grownBytes', number>
    expect({ arrived, sum }).toEqual({ arrived: offered, sum: (offered * (offered - 1)) / 2 })
    expect(grownBytes).toBeLessThan(100 * 1024 * 1024)
  },
)
