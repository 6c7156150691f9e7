import { after, type Context, type Hook, type Maybe, type Port } from '@heddle/core'
import { dataUnit } from '@heddle/data'

/** What is said among processes when another version of a pipeline is to run: its name. */
export const planTopic = 'heddle.plans'

/** Tells every process of the app that a pipeline has another version. */
export const PlanNotices: Port<{ tell(pipeline: string): Maybe<void> }> = {
  kind: 'port',
  name: 'heddle.PlanNotices',
  external: false,
  bind(scope) {
    const { notices } = dataUnit(scope, 'heddle.PlanNotices').database
    return { tell: (pipeline) => notices.publish(planTopic, pipeline) }
  },
}

/** For commands that change which version runs. Not before the commit: until then the old one is what is read. */
export const tellVersion: Hook = after('committed', ({ ctx, input }) =>
  (ctx as Context).use(PlanNotices).tell((input as { readonly pipeline: string }).pipeline),
)
