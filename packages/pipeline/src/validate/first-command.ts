import type { AnyCommand } from '@heddle/core'
import type { Plan } from '../plan/plan.ts'
import { readStep } from './read-config.ts'
import type { PlanSources } from './sources.ts'

/** The command of the first step, where that takes the pipeline's input as it is. */
export function firstCommand({ steps }: Plan, { commands }: PlanSources): AnyCommand | undefined {
  const [step] = steps
  const read = typeof step === 'object' && step !== null ? readStep(step) : undefined
  if (read?.kind.name !== 'call' || step?.from !== undefined || step?.if !== undefined) return undefined
  const { command, with: given } = read.config as { command: string; with?: unknown }
  return given === undefined ? commands?.get(command) : undefined
}
