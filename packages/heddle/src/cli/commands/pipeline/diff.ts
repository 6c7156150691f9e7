import { toJson } from '@heddle/core'
import { exitCodes } from '@heddle/serve'
import { isPlanFile } from '../../../pipelines/plan-file.ts'
import { cliCommand } from '../../cli-command.ts'
import { findPlan } from './operate-pipelines.ts'

export default cliCommand({
  name: 'pipeline diff',
  summary: 'Tell two plans apart, step by step: files, or versions of a pipeline; ends with 1 where they differ.',
  example: 'heddle pipeline diff flights.Delays before-sale current',
  args: {
    before: { type: 'positional', summary: 'A file, or the full name of a pipeline' },
    after: { type: 'positional', optional: true, summary: 'Another file, or a version of the pipeline [declared]' },
    to: { type: 'positional', optional: true, summary: 'A version of the pipeline to compare with [current]' },
  },
  async run({ args: { before, after, to }, app, out }) {
    const place = { app, out }
    const areFiles = isPlanFile(before)
    const one = areFiles ? await findPlan(place, before, undefined) : await findPlan(place, before, after ?? 'declared')
    if (!('shown' in one)) return one.code
    const name = areFiles ? (after ?? one.shown.plan.pipeline) : before
    const other = await findPlan(place, name, to)
    if (!('shown' in other)) return other.code
    const { diffPlans, formatDiff, maskedPlan, planHash } = await import('@heddle/pipeline')
    const hashOf = ({ hash, plan }: typeof one.shown) => hash ?? planHash(plan)
    const changes = diffPlans(maskedPlan(one.shown.plan), maskedPlan(other.shown.plan))
    if (changes.length > 0 || hashOf(one.shown) === hashOf(other.shown)) {
      out.show(toJson({ changes }), changes.length === 0 ? ['nothing differs'] : formatDiff(changes))
      return changes.length === 0 ? undefined : exitCodes.failed.code
    }
    out.show(toJson({ changes }), ['nothing differs but what is masked: addresses and headers of sources and sinks'])
    return exitCodes.failed.code
  },
})
