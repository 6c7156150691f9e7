import type { Part, PartKind } from '@heddle/core'
import { describeWorkflow, type WorkflowSection } from '../define/describe.ts'
import { engineOfApp } from '../engine/engines.ts'
import { codeOf } from './code.ts'
import { exportRun } from './export-run.ts'
import { listRunGroups } from './list-run-groups.ts'
import { migrateRunsCommand } from './migrate-runs.ts'
import { Sweep } from './sweep.ts'

const changesKind: PartKind = { name: 'run-changes', compare: () => [] }

/**
 * Finds out, when an app starts with other code than the one before it, which open runs that code does not fit. Each workflow
 * brings it along. It looks once for each deployment, and beside the work: a run that is taken up before it was looked at
 * finds out by itself.
 */
export const runChanges: Part = {
  kind: changesKind,
  name: 'run-changes',
  inside: true,
  commands: [listRunGroups, migrateRunsCommand, exportRun],
  describe: () => ({}),
  simulated: () => runChanges,
  instance() {
    let sweep: Sweep | undefined
    return {
      ...runChanges,
      instance: undefined,
      async start({ app, ports }) {
        const deployed = await ports.deployments.latest()
        const before = (deployed?.parts['workflow'] ?? {}) as unknown as Record<string, WorkflowSection>
        const code = codeOf(app)
        const isChanged = (name: string) => {
          const workflow = code.workflows.get(name)
          return !workflow || describeWorkflow(workflow.facts).code !== before[name]?.code
        }
        const names = [...new Set([...Object.keys(before), ...code.workflows.keys()])].filter(isChanged)
        if (names.length > 0) sweep = new Sweep(engineOfApp(app), code, names)
      },
      drain: () => sweep?.stop(),
    }
  },
}
