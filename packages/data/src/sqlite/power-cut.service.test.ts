// needs: strace
import { seededRandom } from '@heddle/core'
import { spawnSync } from 'node:child_process'
import { createReadStream, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createInterface } from 'node:readline'
import { expect, test } from 'vitest'
import { TracedDisk } from '../../fixtures/disk-trace.ts'

const commits = 900
/** After how many acknowledgements the power is cut, each time anew. */
const cutEvery = 37

/** Runs a process that commits under strace, and cuts the power again and again. Says what was lost. */
async function findLosses(synchronous: 'full' | 'off'): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-power-'))
  const trace = join(folder, 'trace')
  const data = join(folder, 'data')
  mkdirSync(data)
  const calls = 'trace=write,pwrite64,fsync,fdatasync,ftruncate'
  const child = join(import.meta.dirname, '../../fixtures/commit.ts')
  const { stdout, error } = spawnSync(
    'strace',
    [
      '-f',
      '-y',
      '-xx',
      '-s',
      '1000000',
      '-e',
      calls,
      '-o',
      trace,
      process.execPath,
      child,
      data,
      synchronous,
      String(commits),
    ],
    { encoding: 'utf8', maxBuffer: 1e8 },
  )
  if (error) throw error
  expect(stdout).toContain('done')

  const random = seededRandom(7)
  const disk = new TracedDisk()
  const acknowledged: string[] = []
  const losses: string[] = []
  for await (const line of createInterface({ input: createReadStream(trace) })) {
    const printed = disk.apply(line)
    if (!printed?.startsWith('ack ')) continue
    acknowledged.push(printed.slice(4).trim())
    if (acknowledged.length % cutEvery > 0 && acknowledged.length < commits) continue
    for (const keeps of [() => false, () => random.next() < 0.5]) {
      const { ids, soundness } = readAfterPowerCut(folder, disk.afterPowerCut(keeps))
      losses.push(...acknowledged.filter((id) => !ids.has(id)))
      if (soundness !== 'ok') losses.push(soundness)
    }
  }
  expect(acknowledged).toHaveLength(commits)
  return losses
}

let cuts = 0
/** Opens what a machine would find when it starts again. */
function readAfterPowerCut(folder: string, files: ReadonlyMap<string, Buffer>) {
  const found = join(folder, `cut-${++cuts}`)
  mkdirSync(found)
  for (const [path, content] of files) {
    if (/^app\.db(-wal)?$/.test(basename(path))) writeFileSync(join(found, basename(path)), content)
  }
  if (!existsSync(join(found, 'app.db'))) return { ids: new Set<string>(), soundness: 'there is no file' }
  try {
    const database = new DatabaseSync(join(found, 'app.db'))
    const soundness = database.prepare('PRAGMA integrity_check').get()!['integrity_check'] as string
    const rows = database.prepare('SELECT id FROM "test.Note"').all()
    database.close()
    return { ids: new Set(rows.map(({ id }) => id as string)), soundness }
  } catch (error) {
    return { ids: new Set<string>(), soundness: (error as Error).message }
  }
}

test('after a power cut at any moment every acknowledged commit is there', { timeout: 120_000 }, async () => {
  expect(await findLosses('full')).toEqual([])
})

test('without syncs the same test finds losses', { timeout: 120_000 }, async () => {
  expect((await findLosses('off')).length).toBeGreaterThan(0)
})
