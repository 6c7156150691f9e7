import type { Json } from '@heddle/core'
import { z } from 'zod'
import type { Entry, Run } from '../run/run.ts'
import type { History } from './fit.ts'

const entry = z.object({
  key: z.string(),
  kind: z.string(),
  command: z.string().optional(),
  input: z.string().optional(),
  value: z.json().optional(),
  at: z.string(),
})

/** A recorded history, as it is kept in a file: what one run was started with and what it has recorded. */
export const historyFile = z.object({
  heddle: z.literal(1),
  history: z.string().describe('the workflow'),
  version: z.string(),
  run: z.string(),
  tenant: z.string(),
  state: z.string(),
  createdAt: z.string(),
  input: z.json(),
  masked: z.array(z.string()).describe('keys whose values are masked'),
  entries: z.array(entry),
})

/** A recorded history, as it is kept in a file. */
export type HistoryFile = z.output<typeof historyFile>

/** What a history file says of a run. */
export function formatHistory(
  { stored: { tenant, run }, entries }: History,
  masked: readonly string[] = [],
): HistoryFile {
  return {
    heddle: 1,
    history: run.workflow,
    version: run.version,
    run: run.id,
    tenant,
    state: run.state,
    createdAt: run.createdAt.toISOString(),
    input: run.input as z.output<typeof historyFile>['input'],
    masked: [...masked],
    entries: entries.map(({ at, ...rest }) => ({ ...rest, at: at.toISOString() }) as HistoryFile['entries'][number]),
  }
}

/** The run in a history file. @throws {ZodError} */
export function parseHistory(json: unknown): History {
  const file = historyFile.parse(json)
  const run: Run = {
    id: file.run,
    workflow: file.history,
    version: file.version,
    state: file.state as Run['state'],
    queue: 'default',
    deaths: 0,
    mark: 0,
    input: file.input as Json,
    facts: {},
    createdAt: new Date(file.createdAt),
  }
  const entries = file.entries.map((one) => ({ ...one, at: new Date(one.at) }) as Entry)
  return { stored: { tenant: file.tenant, version: 1, run }, entries, isMasked: file.masked.length > 0 }
}
