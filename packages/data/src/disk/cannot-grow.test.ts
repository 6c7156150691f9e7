import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { cannotGrow } from './cannot-grow.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-cannot-grow-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test.skipIf(process.platform === 'win32')(
  'a database that the process may not let grow is told as such, and reads go on',
  { timeout: 60_000 },
  () => {
    const child = [process.execPath, join(import.meta.dirname, '../../fixtures/grow.ts'), join(folder, 'data')]
    const { stdout } = spawnSync('sh', ['-c', 'ulimit -f 4000; exec "$@"', 'sh', ...child], { encoding: 'utf8' })
    expect(JSON.parse(stdout)).toMatchObject({
      failure: { code: 'FileCannotGrow', data: { path: join(folder, 'data', 'app.db') }, retry: { afterMs: 5000 } },
      last: true,
    })
  },
)

test('a file that may grow is not told as one that may not, nor one that is not there', () => {
  const path = join(folder, 'small')
  expect(cannotGrow(path)).toBe(false)
  writeFileSync(path, 'small')
  expect(cannotGrow(path)).toBe(false)
})
