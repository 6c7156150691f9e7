import { command } from '@heddle/core'
import { z } from 'zod'
import { walkSteps } from '../../validate/walk-steps.ts'
import { LivePort } from '../live-pipelines.ts'

/** Lists the pipelines of the app with the versions that run. */
export const listPipelines = command('heddle.ListPipelines', {
  kind: 'query',
  summary: 'List the pipelines of the app with the versions that run',
  input: z.object({}),
  output: z.object({
    pipelines: z.array(
      z.object({
        name: z.string(),
        summary: z.string().optional(),
        mode: z.string(),
        steps: z.int(),
        /** The hash of the version that runs. */
        version: z.string(),
        /** The hash of the version that the app's files hold. */
        declared: z.string(),
      }),
    ),
  }),
  access: 'heddle:operate',
  uses: [LivePort],
  run({ ctx }) {
    const live = ctx.use(LivePort)
    const pipelines = live.declared().map(({ name, hash }) => {
      const { plan, mode, hash: version } = live.running(name)!
      return { name, summary: plan.summary, mode, steps: [...walkSteps(plan)].length, version, declared: hash }
    })
    return { pipelines }
  },
})
