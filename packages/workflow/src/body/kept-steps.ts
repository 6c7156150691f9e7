import { type AnyCommand, type KeptOutcome, outcomeFromKept } from '@heddle/core'
import type { Entry, StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import type { AnyOutcome } from './host.ts'

/** What a step gave, with files that can be read again. */
export async function reopened(
  store: RunStore,
  tenant: string,
  command: AnyCommand,
  entry: Entry,
): Promise<AnyOutcome> {
  const kept = await store.values.open(tenant, entry.value!)
  return outcomeFromKept(command, kept as unknown as KeptOutcome)
}

/** The outcome that a journal has under a number, where the answer of a commit was lost on its way. */
export async function committed(
  store: RunStore,
  { tenant, run }: StoredRun,
  command: AnyCommand,
  number: number,
): Promise<AnyOutcome | undefined> {
  const entry = await store.readEntry(tenant, run.id, number).catch(() => undefined)
  return entry && outcomeFromKept(command, entry.value as unknown as KeptOutcome)
}
