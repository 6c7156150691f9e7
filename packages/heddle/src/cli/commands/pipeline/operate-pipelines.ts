import type { AnyCommand, Json } from '@heddle/core'
import type { Plan } from '@heddle/pipeline'
import { isPlanFile, planIn } from '../../../pipelines/plan-file.ts'
import { operate } from '../../operate.ts'
import type { Out } from '../../out.ts'
import type { ToolApp } from '../../tool-app.ts'

/** Where a command of the tool runs. */
export interface Place {
  readonly app: ToolApp
  readonly out: Out
}

/**
 * Calls a command of pipelines by its name: an app that has pipelines brings them, and the tool loads nothing of them for
 * one that has none.
 */
export const operatePipelines = (
  place: Place,
  name: string,
  input: unknown,
  show: (value: Json) => number | void | Promise<void>,
) => {
  const command = { name } as AnyCommand
  // A pipeline that is called by its name declares failures of its own.
  const unknown = name.startsWith('heddle.') ? ['UnknownPipeline', 'UnknownVersion'] : undefined
  return operate(place, { command, input, unknown }, show as (value: Json) => number | void)
}

/** A version of a pipeline as `heddle.ShowPipeline` tells it. */
export interface ShownPipeline {
  readonly plan: Plan
  readonly hash: string
  readonly current: string
  readonly declared: string
  readonly versions: readonly { readonly hash: string; readonly at: string; readonly tags: readonly string[] }[]
}

/** A plan of a file, or of a version of a pipeline; what went wrong is told, and is the exit code. */
export async function findPlan(
  place: Place,
  word: string,
  version: string | undefined,
): Promise<{ readonly shown: Partial<ShownPipeline> & { readonly plan: Plan } } | { readonly code: number | void }> {
  if (isPlanFile(word)) return { shown: { plan: await planIn(word, place.app.session.around.cwd) } }
  let shown: ShownPipeline | undefined
  const code = await operatePipelines(place, 'heddle.ShowPipeline', { pipeline: word, version }, (value) => {
    shown = value as unknown as ShownPipeline
  })
  return shown ? { shown } : { code }
}

/** As many letters of a hash as people read. */
export const shortHash = (hash: string): string => hash.slice(0, 12)

/** What becomes of the open runs of a workflow, and of the state of a job. */
export interface OpenRuns {
  readonly fit: number
  readonly keep: number
  readonly notes?: readonly string[]
  /** What a job waits for before it runs the plan. */
  readonly waits?: 'built' | 'resumed'
}

/** What becomes of them, as the end of a line; nothing where there is nothing to say. */
export function openRuns(runs: OpenRuns | undefined): string {
  if (!runs) return ''
  const { fit, keep, notes = [] } = runs
  const open = fit + keep > 0 ? `; open runs: ${fit} go on with it, ${keep} keep theirs` : ''
  return [open, ...notes].join('\n  ')
}

/** What becomes of a version in the place of another. */
export function exchanged(pipeline: string, hash: string, before: string, runs: OpenRuns | undefined): string {
  const [now, old] = [shortHash(hash), shortHash(before)]
  if (runs?.waits === 'built')
    return `${now} is built anew beside ${old}, and takes over when it is there${openRuns(runs)}`
  if (runs?.waits === 'resumed')
    return `${now} takes over from ${old} when the job is resumed: heddle jobs resume ${pipeline}${openRuns(runs)}`
  return `${now} runs, in the place of ${old}${openRuns(runs)}`
}
