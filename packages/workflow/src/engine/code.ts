import type { OpenApp } from '@heddle/core'
import type { AnyWorkflow, WorkflowFacts } from '../define/types.ts'
import { isMarkedCommand } from '../job/marked.ts'
import type { Run } from '../run/run.ts'

/** The code that an app has for its runs. */
export class Code {
  readonly workflows: ReadonlyMap<string, AnyWorkflow>
  readonly #app: OpenApp

  constructor(app: OpenApp, workflows: ReadonlyMap<string, AnyWorkflow>) {
    this.#app = app
    this.workflows = workflows
  }

  /** Whether runs of a workflow, or of the command of a job, are encrypted where they are kept. */
  isMarked(name: string): boolean {
    const workflow = this.workflows.get(name)
    if (workflow) return workflow.facts.isMarked
    const command = this.#app.commands.get(name)
    return command !== undefined && isMarkedCommand(command)
  }

  /** What a workflow's code is for a run: that of its version, or the newest. */
  factsFor({ workflow, version }: Run): WorkflowFacts | undefined {
    const found = this.workflows.get(workflow)
    if (!found) return undefined
    const older = found.facts.versions.find(({ facts }) => facts.version === version)
    return (older ?? found).facts
  }

  /** The types of what a run ends with: those of its workflow, or of the command of a job. */
  typesOf(name: string) {
    return this.workflows.get(name)?.facts ?? this.#app.commands.get(name)
  }
}
