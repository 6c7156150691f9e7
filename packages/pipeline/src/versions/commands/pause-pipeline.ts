import { command } from '@heddle/core'
import { PipelineStates } from '@heddle/data'
import { z } from 'zod'
import { PlanNotices, tellVersion } from '../plan-notices.ts'
import { pipelineName, unknownErrors } from './version-type.ts'

const { UnknownPipeline } = unknownErrors

const pausing = (name: string, summary: string, paused: boolean) =>
  command(name, {
    summary,
    input: z.object({ pipeline: pipelineName }),
    output: z.object({ paused: z.boolean() }),
    errors: { UnknownPipeline },
    idempotent: true,
    access: 'heddle:operate',
    uses: [PipelineStates, PlanNotices],
    hooks: [tellVersion],
    async run({ input: { pipeline }, fail, ctx }) {
      const states = ctx.use(PipelineStates)
      const state = await states.get(pipeline)
      if (!state) return fail.UnknownPipeline({ pipeline })
      if (state.paused !== paused) await states.update(state, { paused })
      return { paused }
    },
  })

/** Holds up what starts a pipeline by itself: events that it answers wait. Calls of it go on. */
export const pausePipeline = pausing('heddle.PausePipeline', 'Hold up the events that a pipeline answers', true)
/** Lets a pipeline handle the events that waited, in their order, and those that come. */
export const resumePipeline = pausing('heddle.ResumePipeline', 'Let a pipeline answer events again', false)
