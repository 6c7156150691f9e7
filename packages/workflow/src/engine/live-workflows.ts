import type { OpenApp } from '@heddle/core'
import type { AnyWorkflow } from '../define/types.ts'
import { isWorkflow } from '../define/workflow-kind.ts'

const live = new WeakMap<OpenApp, Map<string, AnyWorkflow>>()

/** The workflows of an open app as they run, by name: another plan may stand in the place of the one that it was opened with. */
export function workflowsOf(app: OpenApp): Map<string, AnyWorkflow> {
  let workflows = live.get(app)
  if (!workflows) {
    workflows = new Map(app.parts.filter(isWorkflow).map((workflow) => [workflow.name, workflow]))
    live.set(app, workflows)
  }
  return workflows
}
