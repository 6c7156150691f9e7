import { createVirtualTime } from '@heddle/core/testing'
import { testLog } from '../../testing/test-log.ts'
import { createMemoryLog } from './memory-log.ts'

testLog('memory', async () => {
  const { clock, advance } = createVirtualTime()
  const log = createMemoryLog({ clock })
  return { log, advance, close: () => log.close() }
})
