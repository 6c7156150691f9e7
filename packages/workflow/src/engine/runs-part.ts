import { Defect, type Part, type PartKind } from '@heddle/core'
import { DataTransactions } from '@heddle/data'
import { isWorkflow } from '../define/workflow-kind.ts'
import type { AnyWorkflow } from '../define/types.ts'
import * as operations from '../operations/index.ts'
import { Engine } from './engine.ts'
import { provideEngine } from './engines.ts'
import { sendCancel, sendSignal, startCommand } from './run-commands.ts'

const runsKind: PartKind = { name: 'runs', compare: () => [] }

/** How runs are kept going. */
export interface RunsOptions {
  /** How often a process may die with a run that gets no further, before the run is parked. @default 3 */
  readonly deaths?: number
}

/** The part that keeps runs going. Each workflow brings it along; list it to set its options. */
function runsPart({ deaths }: RunsOptions): Part {
  const part: Part = {
    kind: runsKind,
    name: 'runs',
    inside: true,
    commands: [startCommand, sendSignal, sendCancel, ...Object.values(operations)],
    describe: () => ({}),
    simulated: () => part,
    instance() {
      let engine: Engine | undefined
      return {
        ...part,
        instance: undefined,
        opened(app) {
          const { transactions } = app.ports
          if (!(transactions instanceof DataTransactions)) {
            throw new Defect('MissingPart', { name: 'runs', missing: 'a database' })
          }
          const workflows = new Map<string, AnyWorkflow>()
          for (const other of app.parts) if (isWorkflow(other)) workflows.set(other.name, other)
          engine = new Engine({ app, ports: app.ports, database: transactions.database, workflows, deaths })
          provideEngine(transactions.catalog, engine)
        },
        start: () => engine!.begin(),
        health: () => ({ ok: true, detail: { active: engine?.executions.size ?? 0 } }),
        drain: () => engine?.leave(),
      }
    },
  }
  return part
}

/** With the usual options. */
export const usualRuns = runsPart({})

/** Keeps runs going with options of its own. List it in the app's parts. */
export const runs = runsPart
