import { command } from '@heddle/core'
import { PipelineStates, PlanVersions } from '@heddle/data'
import { z } from 'zod'
import { maskedPlan } from '../../plan/masked-plan.ts'
import type { Plan } from '../../plan/plan.ts'
import { findVersion } from '../find-version.ts'
import { LivePort } from '../live-pipelines.ts'
import { pipelineName, unknownErrors, versionText } from './version-type.ts'

/** How many versions are told (limit `pipelines.versions`). */
const versionLimit = 1000

/** Shows a pipeline: the plan that runs or another version, and every version that ran, the newest first. */
export const showPipeline = command('heddle.ShowPipeline', {
  kind: 'query',
  summary: 'Show a plan of a pipeline, and every version that ran',
  input: z.object({ pipeline: pipelineName, version: versionText.default('current') }),
  output: z.object({
    plan: z.unknown(),
    hash: z.string(),
    current: z.string(),
    declared: z.string(),
    /** Whether the events that it answers are held up. */
    paused: z.boolean(),
    versions: z.array(z.object({ hash: z.string(), at: z.date(), tags: z.array(z.string()) })),
  }),
  errors: unknownErrors,
  access: 'heddle:operate',
  uses: [LivePort, PipelineStates, PlanVersions],
  async run({ input: { pipeline, version }, fail, ctx }) {
    const running = ctx.use(LivePort).running(pipeline)
    const state = await ctx.use(PipelineStates).get(pipeline)
    if (!state) {
      if (!running) return fail.UnknownPipeline({ pipeline })
      if (version !== 'current') return fail.UnknownVersion({ pipeline, version })
      const { plan, hash } = running
      return { plan: maskedPlan(plan), hash, current: hash, declared: hash, paused: false, versions: [] }
    }
    const { records } = await ctx.use(PlanVersions).find({
      where: { pipeline },
      orderBy: { at: 'desc' },
      limit: versionLimit,
    })
    const found = findVersion(version, state, records)
    if (!found) return fail.UnknownVersion({ pipeline, version })
    const tagsOf = (hash: string) => Object.keys(state.tags).filter((tag) => state.tags[tag] === hash)
    const versions = records.map(({ hash, at }) => ({ hash, at, tags: tagsOf(hash) }))
    return {
      plan: maskedPlan(found.plan as Plan),
      hash: found.hash,
      current: state.current,
      declared: state.declared,
      paused: state.paused,
      versions,
    }
  },
})
