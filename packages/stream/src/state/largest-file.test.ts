import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const folder = mkdtempSync(join(tmpdir(), 'heddle-largest-file-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(process.platform === 'win32')(
  'a state file that the process may not let grow is told as such, with what helps',
  { timeout: 60_000 },
  () => {
    const file = join(folder, 'task.state')
    const child = [process.execPath, join(import.meta.dirname, '../../fixtures/state/grow.ts'), file]
    const { stdout } = spawnSync('sh', ['-c', 'ulimit -f 2000; exec "$@"', 'sh', ...child], { encoding: 'utf8' })
    expect(JSON.parse(stdout)).toMatchObject({
      code: 'FileCannotGrow',
      message: `A file at ${file} cannot grow: it is as large as this process, or its file system, lets a file be.`,
      retry: { afterMs: 5000 },
    })
    expect(readdirSync(folder).filter((name) => name.endsWith('-probe'))).toEqual([])
  },
)
