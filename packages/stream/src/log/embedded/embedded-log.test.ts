import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { testLog } from '../../testing/test-log.ts'
import { openEmbeddedLog } from './embedded-log.ts'

testLog('embedded', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-log-'))
  const { clock, timers, advance } = createVirtualTime()
  const open = () =>
    openEmbeddedLog({ folder, ports: { clock, timers, log: memoryLog() }, maintainEveryMs: 0, segmentMs: 3_600_000 })
  let log = await open()
  return {
    log,
    advance,
    async reopen() {
      await log.close()
      return (log = await open())
    },
    async close() {
      await log.close()
      rmSync(folder, { recursive: true })
    },
  }
})
