import { seededRandom } from '@heddle/core'
import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openState } from './open-state.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/state')
const last = 8

interface Told {
  readonly epoch?: number
  readonly hash?: string
  readonly statements?: number
}

/** Runs a child up to the last epoch, or to the statement at which it is killed; gives what it told. */
function runChild(file: string, from: number, hash: string, killAt = 0) {
  const { stdout, stderr, signal } = spawnSync(
    process.execPath,
    [
      '--import',
      join(fixtures, 'kill-at-statement.ts'),
      join(fixtures, 'run-epochs.ts'),
      file,
      `${last}`,
      `${from}`,
      hash,
    ],
    { env: { ...process.env, KILL_AT_STATEMENT: `${killAt}` }, encoding: 'utf8' },
  )
  if (signal === null) expect(stderr.replace(/^.*ExperimentalWarning.*\n|^\(Use.*\n/gm, '')).toBe('')
  const told = stdout.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Told]))
  return { signal, told, epochs: new Map(told.flatMap(({ epoch, hash: mark }) => (epoch ? [[epoch, mark!]] : []))) }
}

test('a process that is killed at any statement leaves the last durable epoch, and going on ends in the same state', () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-state-kill-'))
  const undisturbed = runChild(join(folder, 'undisturbed'), 0, '')
  const statements = undisturbed.told.at(-1)!.statements!
  expect([...undisturbed.epochs.keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8])

  const { next } = seededRandom(Number(process.env['KILL_SEED'] ?? 1))
  const kills = Number(process.env['KILLS'] ?? 12)
  const hashOf = (epoch: number) => undisturbed.epochs.get(epoch) ?? ''
  let file = join(folder, 'killed-0')
  let from = 0
  for (let kill = 0; kill < kills; kill++) {
    const run = runChild(file, from, hashOf(from), 1 + Math.floor((next() * statements) / 3))
    for (const [epoch, hash] of run.epochs) expect(hash, `epoch ${epoch} of kill ${kill}`).toBe(hashOf(epoch))
    from = Math.max(from, ...run.epochs.keys())
    if (run.signal === 'SIGKILL' && from < last) continue
    file = join(folder, `killed-${kill + 1}`)
    from = 0
  }
  const { signal, epochs } = runChild(file, from, hashOf(from))
  expect(signal).toBe(null)
  expect(epochs.get(last) ?? hashOf(from)).toBe(hashOf(last))
  const state = openState({ file })
  state.restore(last, hashOf(last))
  expect(state.steps()).toEqual(['first', 'second'])
  state.close()
}, 120_000)
