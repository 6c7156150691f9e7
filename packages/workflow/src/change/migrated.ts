import type { Json, Ports } from '@heddle/core'
import { codeFor, type RunCode } from './code.ts'
import { type History, replayRun } from './fit.ts'
import { draftJournal } from './journal-draft.ts'
import type { RunMigration } from './run-migration.ts'

/** What a migration makes of a run, where it then fits the code that is in the app. */
export type Migrated =
  | { readonly ok: true; readonly history: History }
  /** Nothing came of it. */
  | { readonly ok: false; readonly because: string }

/** Tries a migration on a run. Nothing is written. */
export async function migrated(
  { from, to, migrate, workflow: { name } }: RunMigration,
  { stored, entries }: History,
  code: RunCode,
  ports: Ports,
): Promise<Migrated> {
  const workflow = code.workflows.get(name)
  const facts = workflow && codeFor(workflow, { version: to })
  if (facts?.version !== to) return { ok: false, because: `The app has no code of version ${to} of ${name}.` }
  const draft = draftJournal(entries, stored.run.input, new Date(ports.clock.now()))
  try {
    migrate(draft)
  } catch (thrown) {
    return { ok: false, because: `The migration from ${from} threw: ${(thrown as Error).message}` }
  }
  const run = { ...stored.run, version: to, input: draft.input as Json }
  const history = { stored: { ...stored, run }, entries: draft.result() }
  const fit = await replayRun(facts, history, ports)
  return fit.ok ? { ok: true, history } : fit
}
