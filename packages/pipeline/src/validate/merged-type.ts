import { orNull, unionOf, type ValueType } from '../expression/index.ts'
import { neededOf, type ParallelConfig, strategyOf } from '../kinds/parallel-config.ts'
import { inputType, valueType } from './command-types.ts'
import type { Typing } from './typing.ts'

/** A branch with the type of its value. */
export interface TypedBranch {
  readonly id: string
  readonly type: ValueType
}

const numbers: ValueType = {
  kind: 'union',
  options: [{ kind: 'number' }, { kind: 'map', values: { kind: 'number', nullable: true } }],
  nullable: true,
}

/** The type of what is made of the values of branches. */
export function mergedType(config: ParallelConfig, branches: readonly TypedBranch[], typing: Typing): ValueType {
  const strategy = strategyOf(config)
  const isWhole = neededOf(config) === branches.length
  const all = unionOf(branches.map(({ type }) => type))
  if (strategy === 'list') return { kind: 'list', items: all }
  if (strategy === 'first') return isWhole ? branches[0]!.type : all
  if (strategy === 'weightedAverage') {
    branches.forEach(({ type }, index) => typing.fits(type, numbers, ['branches', index, 'steps'], 'what is averaged'))
    return averageOf(all)
  }
  // Who was not waited for has no value.
  const fields = branches.map(({ id, type }) => [id, { type: orNull(type, !isWhole) }] as const)
  const record: ValueType = { kind: 'record', fields: Object.fromEntries(fields) }
  if (strategy === 'object') return record
  const command = typing.command(strategy.command, ['merge', 'command'])
  if (!command) return { kind: 'unknown' }
  typing.fits(record, inputType(command), ['merge', 'command'], strategy.command)
  return valueType(command)
}

/** Averages are fractions, and null where there was nothing to average. */
function averageOf(type: ValueType): ValueType {
  if (type.kind !== 'record')
    return { kind: type.kind === 'unknown' ? 'unknown' : 'number', nullable: true } as ValueType
  const fields = Object.keys(type.fields).map((name) => [name, { type: { kind: 'number', nullable: true } as const }])
  return { kind: 'record', fields: Object.fromEntries(fields) }
}
