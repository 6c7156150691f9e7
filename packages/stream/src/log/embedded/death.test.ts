import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog, seededRandom } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { afterAll, expect, test } from 'vitest'
import { failingFiles } from '../../../fixtures/failing-files.ts'
import { lead, logLives, standOf } from '../../../fixtures/log-lives.ts'
import { PowerDisk } from '../../../fixtures/power-disk.ts'
import { openEmbeddedLog } from './embedded-log.ts'
import type { LogFiles } from './files.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-log-death-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Every so many steps the process dies; `HEDDLE_KILLS=1000` looks at each of them. */
const stride = process.env.HEDDLE_KILLS ? 1 : 23
const { clock, timers } = createVirtualTime()
/** About five frames in a segment. */
const open = (folder: string, files?: LogFiles) =>
  openEmbeddedLog({ folder, files, segmentBytes: 1500, maintainEveryMs: 0, ports: { clock, timers, log: memoryLog() } })

test.each(logLives)(
  'whatever step the process dies at, nothing is lost and nothing is there twice: $name',
  async (life) => {
    let steps = Infinity
    for (let death = 0; death < steps; death += stride) {
      const folder = join(root, `${life.name}-${death}`)
      const files = failingFiles(({ index }) => (index >= death ? new Error('dead') : undefined))
      let kept = 0
      const dying = await open(folder, files).catch(() => undefined)
      const whole = dying && (await lead(dying, life.options, (next) => (kept = next)).catch(() => undefined))
      await dying?.close()
      if (whole) steps = death

      const log = await open(folder)
      const topic = await log.createTopic('t', life.options)
      const step = JSON.stringify(files.steps.at(death))
      expect(await standOf(topic), `died at step ${death}, ${step}`).toBeGreaterThanOrEqual(kept)
      await life.check(await lead(log, life.options, () => undefined))
      await log.close()
      const again = await open(folder)
      await life.check(await again.openTopic('t'))
      await again.close()
      rmSync(folder, { recursive: true })
    }
    expect(steps).toBeGreaterThan(100)
  },
  300_000,
)

test.each(logLives)(
  'whenever the power is cut, what was acknowledged is there: $name',
  async (life) => {
    const random = seededRandom(Number(process.env.HEDDLE_SEED ?? 7))
    const disk = new PowerDisk()
    const cuts: { disk: PowerDisk; kept: number; step: number }[] = []
    let [kept, step] = [0, 0]
    disk.onStep = () => {
      if (step++ % Math.ceil(stride / 8) > 0) return
      for (const keepsNothing of [true, false, false]) {
        cuts.push({ disk: disk.afterPowerCut(random, keepsNothing), kept, step })
      }
    }
    const folder = join(root, `power-${life.name}`)
    const log = await open(folder, Object.assign(onRoot(disk, folder)))
    await lead(log, life.options, (next) => (kept = next))
    await log.close()

    for (const cut of cuts) {
      const found = await open(folder, onRoot(cut.disk, folder))
      const topic = await found.createTopic('t', life.options)
      expect(await standOf(topic), `cut before step ${cut.step}`).toBeGreaterThanOrEqual(cut.kept)
      await life.check(await lead(found, life.options, () => undefined))
      await found.close()
    }
    expect(cuts.length).toBeGreaterThan(100)
  },
  300_000,
)

/** The folder of the log is the root of the disk. */
function onRoot({ files }: PowerDisk, folder: string): LogFiles {
  const moved = (path: unknown) =>
    typeof path === 'string' && path.startsWith(folder) ? `/log${path.slice(folder.length)}` : path
  const entries = Object.entries(files) as [string, (...given: unknown[]) => unknown][]
  return Object.fromEntries(
    entries.map(([name, run]) => [name, (...given: unknown[]) => run(...given.map(moved))]),
  ) as never
}
