import { MessageChannel } from 'node:worker_threads'
import { createVirtualTime } from '@heddle/core/testing'
import type { Log } from '../../log/log.ts'
import { createMemoryLog } from '../../log/memory/memory-log.ts'
import { testLog } from '../../testing/test-log.ts'
import type { LogDeeds } from './deeds.ts'
import { remoteLog } from './remote-log.ts'
import { servedLog } from './served-log.ts'
import { Wire } from './wire.ts'

testLog('of another thread', async () => {
  const { clock, advance } = createVirtualTime()
  const log = createMemoryLog({ clock })
  const { port1, port2 } = new MessageChannel()
  const fail = (thrown: unknown) => {
    throw thrown
  }
  new Wire(
    port1,
    servedLog(async () => log, new AbortController().signal),
    fail,
  )
  const close = async () => {
    port1.close()
    await log.close()
  }
  // It is closed where it was opened.
  const remote: Log = { ...(await remoteLog(new Wire<LogDeeds>(port2, {}, fail))), close: () => log.close() }
  return { log: remote, advance, close }
})
