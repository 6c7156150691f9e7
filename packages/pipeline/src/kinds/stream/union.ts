import { z } from 'zod'
import { unionOf } from '../../expression/types/union-of.ts'
import { streamKind } from './stream-kind.ts'

/** Makes one stream of several. */
export const union = streamKind({
  name: 'union',
  summary: 'Makes one stream of several',
  config: z.array(z.string()).min(2),
  examples: [['arrivals', 'departures']],
  job: {
    accepts: () => 'changes',
    value: 'same',
    reads: (config) => config.map((name, index) => ({ path: [index], name })),
    readsOnlyNamed: true,
  },
  detail: (config) => config.join(', '),
  type: (config, typing) => unionOf(config.map((name, index) => typing.stream(name, [index]))),
})
