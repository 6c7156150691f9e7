import type { Part, PartKind } from '@heddle/core'
import type { AnyWorkflow } from '../define/types.ts'
import type { JournalDraft } from './journal-draft.ts'

/** What a migration of runs consists of. */
export interface RunMigrationDefinition {
  /** Of the code that the runs have gone by. */
  readonly from: string
  /** Of the code that they go on with. */
  readonly to: string
  /** Makes the journal one that the new code could have written. */
  readonly migrate: (journal: JournalDraft) => void
}

/** How open runs of one version of a workflow become runs of another: a part of an app. */
export interface RunMigration extends Part, RunMigrationDefinition {
  readonly workflow: AnyWorkflow
}

/** How migrations of runs are compared: they are only named where runs need one. */
export const runMigrationKind: PartKind = { name: 'run-migration', compare: () => [] }

/**
 * Says how open runs that have gone by older code become runs of the new code. `heddle runs migrate` does it, run by run;
 * a run that does not fit the new code afterwards is left as it is.
 *
 * @example
 * export const toVersion2 = migrateRuns(placeOrder, {
 *   from: '1',
 *   to: '2',
 *   migrate(journal) {
 *     journal.drop('check')
 *     journal.rename('orders[*]/charge', 'orders[*]/pay')
 *   },
 * })
 */
export function migrateRuns(workflow: AnyWorkflow, definition: RunMigrationDefinition): RunMigration {
  const { from, to } = definition
  const self: RunMigration = {
    ...definition,
    kind: runMigrationKind,
    name: migrationName(workflow.name, from, to),
    workflow,
    describe: () => ({ workflow: workflow.name, from, to }),
    simulated: () => self,
  }
  return self
}

/** What a migration is called in reports. */
export const migrationName = (workflow: string, from: string, to: string): string => `${workflow} ${from} → ${to}`

/** Whether a part is a migration of runs. */
export const isRunMigration = (part: Part): part is RunMigration => part.kind === runMigrationKind
