import { aggregateExpressions, aggregates, typeGroup } from './aggregates.ts'
import { streamKind } from './stream-kind.ts'

/** Keeps aggregates of all records of a key, and tells them anew whenever they change. */
export const aggregate = streamKind({
  name: 'aggregate',
  summary: 'Keeps aggregates per key, and tells them anew with each change; beside window, those of its windows',
  config: aggregates,
  examples: [{ flights: 'count()', mean: 'avg(it.delay)' }],
  expressions: (config) => aggregateExpressions(config, []),
  job: {
    emits: () => 'changes',
    because: () => 'it tells running aggregates, and takes back the one before',
    value: 'made',
    results: () => [],
  },
  detail: (config) => Object.keys(config).join(', '),
  type(config, typing) {
    typing.flows(Object.values(config).every((one) => typing.retracts(one)) ? 'changes' : 'append', undefined)
    return typeGroup(config, [], typing.key, {}, typing)
  },
})
