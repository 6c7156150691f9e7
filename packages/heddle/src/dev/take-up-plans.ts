import { relative } from 'node:path'
import type { OpenApp, Part } from '@heddle/core'
import type { PlanPart } from '@heddle/pipeline'
import type { Out } from '../cli/out.ts'

/** The files of the plans of an app, with those that they import. */
export function planFiles({ parts }: Pick<OpenApp, 'parts'>): string[] {
  return [...new Set(parts.flatMap((part) => (isPlanPart(part) ? filesOf(part) : [])))]
}

// Told by its shape: the tool loads nothing of pipelines for an app that has none.
const isPlanPart = (part: Part): part is PlanPart => 'withPlan' in part && 'imported' in part

const filesOf = ({ file, imported }: Pick<PlanPart, 'file' | 'imported'>): string[] =>
  file === undefined ? [] : [file, ...imported.flatMap(filesOf)]

interface Reloaded {
  readonly pipeline: string
  readonly changed: boolean
  readonly files: readonly string[]
  /** What becomes of the state of a job. */
  readonly runs?: { readonly notes?: readonly string[]; readonly waits?: 'built' | 'resumed' }
}

interface Mistake {
  readonly text: string
  readonly about: string
}

/** Takes up plans when the process that watches says that they were saved, and tells what became of them. */
export function takeUpPlans(app: OpenApp, out: Out): void {
  process.on('message', (told: { readonly reload?: boolean }) => {
    if (told.reload) void reload(app, out)
  })
  // Who only listens has nothing to stay for.
  process.channel?.unref()
}

function saved(waits: 'built' | 'resumed' | undefined): string {
  if (waits === 'built') return 'is built anew as it was saved, and runs as it was until then'
  return waits === 'resumed' ? 'runs as it was saved once it is resumed' : 'runs as it was saved'
}

async function reload(app: OpenApp, out: Out): Promise<void> {
  const outcome = await app.callByName('heddle.ReloadPipelines', {})
  if (outcome.ok) {
    const { pipelines } = outcome.value as { pipelines: readonly Reloaded[] }
    process.send?.({ plans: pipelines.flatMap(({ files }) => files) })
    const changed = pipelines.filter((one) => one.changed)
    for (const { pipeline, runs } of changed) {
      out.line([`${pipeline} ${saved(runs?.waits)}`, ...(runs?.notes ?? [])].join('\n  '))
    }
    if (changed.length === 0) out.line('the plans say what they said before')
    return
  }
  const [error] = outcome.errors
  const mistakes = (error?.data as { mistakes?: readonly Mistake[] } | undefined)?.mistakes ?? []
  // What callers would notice is no mistake of the plan: the app starts anew with it.
  if (mistakes.length > 0 && mistakes.every(({ about }) => about === 'app')) {
    process.send?.({ anew: true })
    return
  }
  for (const { text } of mistakes) out.line(relativeTo(process.cwd(), text))
  out.line(mistakes.length > 0 ? 'the plans that run go on' : (error?.message ?? 'the plans could not be read'))
}

const relativeTo = (cwd: string, text: string) => text.replace(/^\/[^:]+/, (file) => relative(cwd, file))
