import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { seededRandom } from '@heddle/core'
import { expect, test } from 'vitest'
import { openEmbeddedLog } from './embedded-log.ts'

/** How often the process dies; `HEDDLE_KILLS=500` looks longer. */
const kills = Number(process.env.HEDDLE_KILLS ?? 5)
const seed = Number(process.env.HEDDLE_SEED ?? 7)
const child = join(import.meta.dirname, '../../../fixtures/log-appender.ts')

test(
  `kill -9 at any moment (seed ${seed}): every acknowledged record is there, once and in order`,
  { timeout: 20_000 + kills * 10_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-log-kill-'))
    const random = seededRandom(seed)
    const acknowledged = new Map<string, number>()
    for (let kill = 0; kill < kills; kill++) {
      const life = spawn(process.execPath, [child, folder, `${seed + kill}`], { stdio: ['ignore', 'pipe', 'inherit'] })
      // It dies after so many answers: the rest is on its way, at every stage there is.
      let left = 1 + Math.floor(random.next() * 800)
      for await (const line of createInterface(life.stdout)) {
        const [lane = '', next = ''] = line.split(' ')
        acknowledged.set(`lane-${lane}`, Number(next))
        if (--left === 0) life.kill('SIGKILL')
      }
      if (life.exitCode === null && life.signalCode === null) await once(life, 'exit')
      expect(life.signalCode).toBe('SIGKILL')

      const log = await openEmbeddedLog({ folder, maintainEveryMs: 0 })
      const topic = await log.openTopic('numbers')
      const found = new Map<string, number>()
      for (const partition of [0, 1]) {
        let offset = 0
        for (let read = await topic.read(partition, { from: 0 }); read.frames.length > 0;) {
          for (const record of read.frames.flatMap((frame) => frame.records())) {
            const lane = String(record.key)
            const next = found.get(lane) ?? 0
            expect([lane, Number(record.value), record.offset >= offset]).toEqual([lane, next, true])
            offset = record.offset + 1
            found.set(lane, next + 1)
          }
          read = await topic.read(partition, { from: read.next })
        }
      }
      for (const [lane, next] of acknowledged) expect(found.get(lane) ?? 0, lane).toBeGreaterThanOrEqual(next)
      await log.close()
    }
    expect(Math.min(...acknowledged.values())).toBeGreaterThan(10)
    rmSync(folder, { recursive: true })
  },
)
