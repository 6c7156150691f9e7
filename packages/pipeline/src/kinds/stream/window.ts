import type { ValueType } from '../../expression/types/value-type.ts'
import { aggregateExpressions, aggregates, typeGroup } from './aggregates.ts'
import { byExpressions, groupNames, typeBy } from './by.ts'
import { streamKind } from './stream-kind.ts'
import { hasRevisions, type WindowConfig, windowConfig, windowSort } from './window-config.ts'

/** Windows whose records stand side by side in time, so that one can be taken out again. */
const takesBack = new Set(['tumbling', 'hopping', 'global'])

/** Cuts a stream into windows and makes a record of each. */
export const window = streamKind({
  name: 'window',
  summary: 'Cuts the stream of each key into windows, and gives the aggregates of each',
  config: windowConfig,
  beside: { aggregate: aggregates },
  examples: [
    { window: { tumbling: '1d', by: 'it.origin', lateness: '1h' }, aggregate: { flights: 'count()' } },
    { window: { session: '30m', by: { user: 'it.user' } }, aggregate: { clicks: 'count()', last: 'last(it.page)' } },
  ],
  expressions: ({ by, aggregate }) => [...byExpressions(by, ['by']), ...aggregateExpressions(aggregate, ['aggregate'])],
  job: {
    emits: (config) => (hasRevisions(config) ? 'changes' : 'append'),
    because: ({ trigger }) => (trigger ? 'it has a trigger' : 'it has lateness'),
    value: 'made',
    results: ({ count, global }) => (count !== undefined ? undefined : global ? [] : ['start']),
    sides: ({ global }) => (global ? [] : ['late']),
  },
  detail: (config) => `${spanText(config)}: ${Object.keys(config.aggregate).join(', ')}`,
  type(config, typing) {
    const key = typeBy(config.by, ['by'], typing)
    const hasTimes = config.count === undefined && config.global === undefined
    const times: Readonly<Record<string, ValueType>> = hasTimes
      ? { start: { kind: 'time' }, end: { kind: 'time' } }
      : {}
    for (const name of Object.keys(key?.fields ?? {})) {
      if (Object.hasOwn(times, name)) {
        typing.tell({
          about: 'name',
          path: ['by'],
          message: `A window has a ${name} of its own: name the group otherwise`,
        })
      }
    }
    typing.rekey(key)
    const isWhole =
      takesBack.has(windowSort(config)) && Object.values(config.aggregate).every((one) => typing.retracts(one))
    typing.flows(isWhole ? 'changes' : 'append', undefined)
    return typeGroup(config.aggregate, ['aggregate'], key, times, typing)
  },
})

function spanText(config: WindowConfig): string {
  const sort = windowSort(config)
  const { hopping, by } = config
  const length = hopping ? `${hopping.size} every ${hopping.every}` : sort === 'global' ? '' : String(config[sort])
  return [sort, length, by !== undefined && `by ${groupNames(by).join(', ')}`].filter(Boolean).join(' ')
}
