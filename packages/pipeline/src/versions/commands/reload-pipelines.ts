import { after, command, type Context, Defect, error } from '@heddle/core'
import { PipelineStates, PlanVersions } from '@heddle/data'
import { z } from 'zod'
import { formatProblem, type PlanProblem } from '../../plan/problem.ts'
import { LivePort } from '../live-pipelines.ts'
import { filesOf } from '../plan-part.ts'
import { PlanNotices } from '../plan-notices.ts'
import { readAnew } from '../read-anew.ts'
import { versionId } from '../version-id.ts'
import { pipelineName, runCounts, unknownErrors } from './version-type.ts'

const { UnknownPipeline } = unknownErrors

const reloaded = z.object({
  pipeline: z.string(),
  hash: z.string(),
  before: z.string().describe('The hash of the version that ran; the same where only what it imports has changed'),
  changed: z.boolean().describe('Whether it, or what it imports, says something else now'),
  files: z.array(z.string()).describe('Its file, and those that it imports'),
  runs: runCounts,
})

const mistake = z.object({
  pipeline: z.string(),
  file: z.string().optional(),
  line: z.int().optional(),
  column: z.int().optional(),
  /** `app` where the plan is sound and the app has to be started anew for it. */
  about: z.string(),
  /** The sentence with its place, as it is printed. */
  text: z.string(),
})

/**
 * Reads plans anew from the files of the app. Those that have changed and fit run from now on, in every process of the app:
 * all of them, or none where one is refused.
 */
export const reloadPipelines = command('heddle.ReloadPipelines', {
  summary: 'Read plans anew from the files of the app, and let them run where they fit',
  input: z.object({ pipeline: pipelineName.optional() }),
  output: z.object({ pipelines: z.array(reloaded) }),
  errors: {
    UnknownPipeline,
    PlanWithoutFile: z.object({ pipeline: z.string() }),
    PlanRefused: error(z.object({ problems: z.string(), mistakes: z.array(mistake) }), {
      category: 'data',
      message: 'The plans in the files cannot run, and those that run go on:{problems}',
    }),
  },
  access: 'heddle:operate',
  uses: [LivePort, PipelineStates, PlanVersions, PlanNotices],
  hooks: [
    // Not before the commit: until then the old ones are what is read.
    after('committed', ({ ctx }) => {
      const live = (ctx as Context).use(LivePort)
      if (live.takeRead() && live.isKept) return (ctx as Context).use(PlanNotices).tell('')
      return undefined
    }),
  ],
  async run({ input: { pipeline }, fail, ctx }) {
    const live = ctx.use(LivePort)
    const wanted = live.declared().filter(({ name }) => pipeline === undefined || name === pipeline)
    if (pipeline !== undefined) {
      if (wanted.length === 0) return fail.UnknownPipeline({ pipeline })
      if (wanted[0]!.file === undefined) return fail.PlanWithoutFile({ pipeline })
    }
    const mistakes: z.output<typeof mistake>[] = []
    const pipelines: z.output<typeof reloaded>[] = []
    const made = []
    for (const declared of wanted) {
      const { name, file } = declared
      if (file === undefined) continue
      try {
        const { part, runs } = await readAnew(live, declared)
        const before = live.running(name)!.hash
        const changed = part !== declared
        const files = filesOf(part)
        pipelines.push({ pipeline: name, hash: part.hash, before, changed, files, ...(runs && { runs }) })
        if (changed) made.push(part)
      } catch (thrown) {
        if (!(thrown instanceof Defect)) throw thrown
        for (const problem of (thrown.data as Mistaken).mistakes ?? []) mistakes.push(told(name, problem))
      }
    }
    if (mistakes.length > 0) {
      return fail.PlanRefused({ problems: mistakes.map(({ text }) => `\n  ${text}`).join(''), mistakes })
    }
    for (const { name, hash, plan } of live.isKept ? made : []) {
      const at = new Date(ctx.clock.now())
      const id = versionId(name, hash)
      const versions = ctx.use(PlanVersions)
      if (!(await versions.get(id))) await versions.insert({ id, pipeline: name, hash, plan, at })
      const states = ctx.use(PipelineStates)
      const state = await states.get(name)
      if (state) await states.update(state, { declared: hash, current: hash, at })
      else await states.insert({ name, current: hash, declared: hash, tags: {}, paused: false, at })
    }
    live.read(made)
    return { pipelines }
  },
})

/** The data of a plan that is refused. */
interface Mistaken {
  readonly mistakes?: readonly PlanProblem[]
}

function told(pipeline: string, problem: PlanProblem): z.output<typeof mistake> {
  const { file, line, column } = problem as { file?: string; line?: number; column?: number }
  return { pipeline, file, line, column, about: problem.about, text: formatProblem(problem) }
}
