import { command, Defect } from '@heddle/core'
import { PipelineStates, PlanVersions } from '@heddle/data'
import { z } from 'zod'
import type { Plan } from '../../plan/plan.ts'
import { findVersion } from '../find-version.ts'
import { LivePort } from '../live-pipelines.ts'
import type { OpenRunCounts } from '../plan-part.ts'
import { PlanNotices, tellVersion } from '../plan-notices.ts'
import { pipelineName, runCounts, unknownErrors, versionText } from './version-type.ts'

/**
 * Lets another version of a pipeline run: in every process of the app at once, and after a restart too, until the app
 * brings along a plan that it has not brought before.
 */
export const rollBackPipeline = command('heddle.RollBackPipeline', {
  summary: 'Let another version of a pipeline run',
  input: z.object({ pipeline: pipelineName, version: versionText }),
  output: z.object({ hash: z.string(), before: z.string(), runs: runCounts }),
  errors: { ...unknownErrors, PlanCannotRun: z.object({ pipeline: z.string(), reason: z.string() }) },
  idempotent: true,
  access: 'heddle:operate',
  uses: [LivePort, PipelineStates, PlanVersions, PlanNotices],
  hooks: [tellVersion],
  async run({ input: { pipeline, version }, fail, ctx }) {
    const states = ctx.use(PipelineStates)
    const live = ctx.use(LivePort)
    const state = await states.get(pipeline)
    if (!state || !live.running(pipeline)) return fail.UnknownPipeline({ pipeline })
    const { records } = await ctx.use(PlanVersions).find({ where: { pipeline }, limit: 1000 })
    const found = findVersion(version, state, records)
    if (!found) return fail.UnknownVersion({ pipeline, version })
    const running = live.running(pipeline)!
    let runs: OpenRunCounts | undefined
    try {
      const made = live.prepare(pipeline, found.plan as Plan)
      if (made.hash !== running.hash) runs = await made.survey?.(live.app, running)
    } catch (thrown) {
      if (!(thrown instanceof Defect)) throw thrown
      return fail.PlanCannotRun({ pipeline, reason: thrown.message })
    }
    if (state.current !== found.hash) {
      await states.update(state, { current: found.hash, at: new Date(ctx.clock.now()) })
    }
    return { hash: found.hash, before: state.current, ...(runs && { runs }) }
  },
})
