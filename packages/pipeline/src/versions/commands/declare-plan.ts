import { command } from '@heddle/core'
import { PipelineStates, PlanVersions } from '@heddle/data'
import { z } from 'zod'
import { versionId } from '../version-id.ts'

/**
 * Notes the plan that an app brings along, and says which one is to run instead: a plan that is new wins over the version
 * that somebody went back to before. It is for the app itself: it takes any plan, and answers one with its secrets.
 */
export const declarePlan = command('heddle.DeclarePlan', {
  summary: 'Note the plan that an app brings along, and say which version runs',
  input: z.object({ pipeline: z.string(), hash: z.string(), plan: z.unknown() }),
  output: z.object({ current: z.string(), plan: z.unknown().optional() }),
  uses: [PipelineStates, PlanVersions],
  async run({ input: { pipeline, hash, plan }, ctx }) {
    const [states, versions] = [ctx.use(PipelineStates), ctx.use(PlanVersions)]
    const state = await states.get(pipeline)
    if (state?.declared === hash) {
      if (state.current === hash) return { current: hash }
      const version = await versions.get(versionId(pipeline, state.current))
      return { current: state.current, plan: version?.plan }
    }
    const at = new Date(ctx.clock.now())
    const id = versionId(pipeline, hash)
    if (!(await versions.get(id))) await versions.insert({ id, pipeline, hash, plan, at })
    if (state) await states.update(state, { declared: hash, current: hash, at })
    else await states.insert({ name: pipeline, current: hash, declared: hash, tags: {}, paused: false, at })
    return { current: hash }
  },
})
