import { Defect, type Part, type PartKind, uuidV7 } from '@heddle/core'
import { DataTransactions } from '@heddle/data'
import { isWorkflow } from '../define/workflow-kind.ts'
import type { AnyWorkflow } from '../define/types.ts'
import { isQueue } from '../queue/queue.ts'
import { Queues } from '../queue/queues.ts'
import * as operations from '../operations/index.ts'
import { Engine } from './engine.ts'
import { provideEngine } from './engines.ts'
import { laterCommand, sendCancel, sendSignal, startCommand } from './run-commands.ts'

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
    commands: [startCommand, laterCommand, sendSignal, sendCancel, ...Object.values(operations)],
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
          const { ports } = app
          const { database } = transactions
          const queues = new Queues({
            declared: app.parts.filter(isQueue),
            database,
            ports,
            holder: `${app.name} ${uuidV7(ports.clock, ports.random)}`,
            more: (queue) => engine?.roomIn(queue),
          })
          for (const { name, facts } of workflows.values()) queues.assertDeclared(name, facts.queue)
          engine = new Engine({ app, ports, database, workflows, queues, deaths })
          provideEngine(transactions.catalog, engine)
        },
        start: () => engine!.begin(),
        health: () => ({ ok: true, detail: { active: engine?.executions.size ?? 0 } }),
        async drain() {
          await engine?.leave()
          await engine?.queues.close()
        },
      }
    },
  }
  return part
}

/** With the usual options. */
export const usualRuns = runsPart({})

/** Keeps runs going with options of its own. List it in the app's parts. */
export const runs = runsPart
