import { by, byExpressions, groupNames, typeBy } from './by.ts'
import { streamKind } from './stream-kind.ts'

/** Gives records a key, by which the steps behind keep what they remember. */
export const keyBy = streamKind({
  name: 'keyBy',
  summary: 'Gives each record a key, for the steps behind that remember something per key',
  config: by,
  examples: ['it.origin', { origin: 'it.origin', carrier: 'it.carrier' }],
  expressions: (config) => byExpressions(config, []),
  job: { accepts: () => 'changes', value: 'same' },
  detail: (config) => (typeof config === 'string' ? config : groupNames(config).join(', ')),
  type(config, typing) {
    typing.rekey(typeBy(config, [], typing))
    return typing.it
  },
})
