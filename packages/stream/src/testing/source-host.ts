import { createPorts, memoryLog } from '@heddle/core'
import type { SinkHost } from '../sink/sink.ts'
import type { SourceHost } from '../source/source.ts'

/** What a source is opened with in a test: real time, a log in memory, the current folder, no app. */
export const sourceHost = (given: Partial<SourceHost> = {}): SourceHost => ({
  job: 'test.Job',
  name: 'source',
  ports: createPorts({ log: memoryLog() }),
  root: process.cwd(),
  folder: process.cwd(),
  decode: 'strict',
  signal: new AbortController().signal,
  ...given,
})

/** What a sink is opened with in a test. */
export const sinkHost = (given: Partial<SinkHost> = {}): SinkHost => ({
  job: 'test.Job',
  name: 'sink',
  ports: createPorts({ log: memoryLog() }),
  root: process.cwd(),
  folder: process.cwd(),
  signal: new AbortController().signal,
  ...given,
})
