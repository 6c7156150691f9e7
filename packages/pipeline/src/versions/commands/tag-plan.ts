import { command } from '@heddle/core'
import { PipelineStates, PlanVersions } from '@heddle/data'
import { z } from 'zod'
import { LivePort } from '../live-pipelines.ts'
import { findVersion } from '../find-version.ts'
import { declarePlan } from './declare-plan.ts'
import { pipelineName, unknownErrors, versionText } from './version-type.ts'

/** Gives a version of a pipeline a name; a tag that another version had is taken from it. */
export const tagPlan = command('heddle.TagPlan', {
  summary: 'Give a version of a pipeline a name',
  input: z.object({
    pipeline: pipelineName,
    tag: z.string().regex(/^[a-zA-Z][\w.-]{0,63}$/, 'Invalid tag: expected e.g. before-sale'),
    version: versionText.default('current'),
  }),
  output: z.object({ hash: z.string() }),
  errors: unknownErrors,
  idempotent: true,
  access: 'heddle:operate',
  uses: [LivePort, PipelineStates, PlanVersions],
  calls: [declarePlan],
  async run({ input: { pipeline, tag, version }, fail, call, ctx }) {
    const states = ctx.use(PipelineStates)
    const running = ctx.use(LivePort).running(pipeline)
    // An app that was never started has brought its plans, but nobody has noted them.
    if (running && !(await states.get(pipeline)))
      await call(declarePlan, { pipeline, hash: running.hash, plan: running.plan })
    const state = await states.get(pipeline)
    if (!state) return fail.UnknownPipeline({ pipeline })
    const { records } = await ctx.use(PlanVersions).find({ where: { pipeline }, limit: 1000 })
    const found = findVersion(version, state, records)
    if (!found) return fail.UnknownVersion({ pipeline, version })
    await states.update(state, { tags: { ...state.tags, [tag]: found.hash } })
    return { hash: found.hash }
  },
})
