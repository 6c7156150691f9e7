import type { OpenApp, Part } from '@heddle/core'
import { DataTransactions } from '@heddle/data'
import type { AnyWorkflow, WorkflowFacts } from '../define/types.ts'
import { isWorkflow } from '../define/workflow-kind.ts'
import { workflowsOf } from '../engine/live-workflows.ts'
import type { Run } from '../run/run.ts'
import { type PlanHistory, plansIn } from './older-code.ts'
import { isRunMigration, type RunMigration } from './run-migration.ts'

/** The code of an app, as far as runs go by it. */
export interface RunCode {
  readonly workflows: ReadonlyMap<string, AnyWorkflow>
  readonly migrations: readonly RunMigration[]
  /** The plans that open runs may have begun with. */
  readonly history?: PlanHistory | undefined
}

/** The workflows and migrations among the parts of an app. */
export function codeIn(parts: readonly Part[]): RunCode {
  return {
    workflows: new Map(parts.filter(isWorkflow).map((workflow) => [workflow.name, workflow])),
    migrations: parts.filter(isRunMigration),
  }
}

/** The same of an app that is open: with the plans that run in it, and those that its database keeps. */
export function codeOf(app: OpenApp): RunCode {
  const { transactions } = app.ports
  const history = transactions instanceof DataTransactions ? plansIn(transactions.database) : undefined
  return { ...codeIn(app.parts), workflows: workflowsOf(app), history }
}

/** The code that a run goes on with: that of its version where it is kept, or the newest. */
export function codeFor({ facts }: AnyWorkflow, { version }: Pick<Run, 'version'>): WorkflowFacts {
  return facts.versions.find((older) => older.facts.version === version)?.facts ?? facts
}

/** The migration that a run may take to code that is in the app. */
export function migrationFor({ migrations }: RunCode, { workflow, version }: Pick<Run, 'workflow' | 'version'>) {
  return migrations.find(({ workflow: { name }, from }) => name === workflow && from === version)
}
