import type { Json, PartKind, Verdict } from '@heddle/core'

/**
 * How pipelines are compared. What callers see is compared on the pipeline's command; here it is told that the way
 * there changed.
 */
export const pipelineKind: PartKind = {
  name: 'pipeline',
  compare: ({ before, after }) =>
    Object.entries(after).flatMap(([name, now]): Verdict[] => {
      const old = before[name] as { readonly hash?: Json } | undefined
      if (old === undefined || old.hash === (now as { readonly hash?: Json }).hash) return []
      const reason = 'What it takes and gives is compared on its command.'
      return [{ level: 'safe', item: `pipeline ${name}`, change: 'the plan changed', reason }]
    }),
}
