import { Decimal } from '@heddle/types/decimal'
import { mayBeNull, optionsOf, orNull } from '../types/union-of.ts'
import type { ValueType } from '../types/value-type.ts'

/** What an argument may be, by the words that messages use, with what JavaScript holds then. */
interface Values {
  boolean: boolean
  string: string
  number: number
  'number or decimal': number | Decimal
  'number, int64, decimal or duration': number | bigint | Decimal
  time: Date
  list: readonly unknown[]
  'list of strings': readonly unknown[]
  'list of numbers': readonly unknown[]
  'list of numbers, strings or times': readonly unknown[]
  'list of lists': readonly unknown[]
  'string, list or record': string | readonly unknown[] | Readonly<Record<string, unknown>>
  'number, int64, decimal or string': number | bigint | Decimal | string
  'number, int64, decimal, string or time': number | bigint | Decimal | string | Date
  'boolean, number, int64, decimal, string or time': boolean | number | bigint | Decimal | string | Date
  'boolean or string': boolean | string
  'number, string or time': number | string | Date
  'number or string': number | string
  anything: unknown
}

/** What a parameter takes. */
export type Taken = keyof Values

/** Decides what a parameter takes. */
interface Taking {
  /** Whether values of a type, of which none is a union or null, are taken. */
  readonly type: (type: ValueType) => boolean
  readonly value: (value: unknown) => boolean
}

/** The taking of values of some kinds; a kind that has no test of its own is told by `typeof`. */
const oneOf = (...kinds: readonly ValueType['kind'][]): Taking => ({
  type: ({ kind }) => kinds.includes(kind),
  value: (value) => kinds.some((kind) => tests[kind]?.(value)),
})

const isNumber = (value: unknown) => typeof value === 'number'
const isRecord = (value: unknown) =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  !(value instanceof Date) &&
  !(value instanceof Decimal)

const tests: Readonly<Partial<Record<ValueType['kind'], (value: unknown) => boolean>>> = {
  boolean: (value) => typeof value === 'boolean',
  string: (value) => typeof value === 'string',
  number: isNumber,
  int: isNumber,
  duration: isNumber,
  int64: (value) => typeof value === 'bigint',
  decimal: (value) => value instanceof Decimal,
  time: (value) => value instanceof Date,
  list: Array.isArray,
  record: isRecord,
  map: isRecord,
}

/** The taking of lists whose elements are taken, or null. */
const listOf = (taking: Taking): Taking => ({
  type: (type) =>
    type.kind === 'list' && optionsOf(type.items).every((item) => item.kind === 'unknown' || taking.type(item)),
  value: (value) => Array.isArray(value) && value.every((item) => item == null || taking.value(item)),
})

/** The same, but for lists in which a double would meet a decimal. */
const unmixed = ({ type, value }: Taking): Taking => ({
  type: (list) => type(list) && (list.kind !== 'list' || !isMixed(optionsOf(list.items))),
  value,
})

const isMixed = (items: readonly ValueType[]) =>
  items.some(({ kind }) => kind === 'decimal') && items.some(({ kind }) => kind === 'number')

const number = oneOf('number', 'int')
const numeric = ['number', 'int', 'int64', 'decimal', 'duration'] as const

/** How each word is decided, before there are values and when there are. */
export const takings: Readonly<Record<Taken, Taking>> = {
  boolean: oneOf('boolean'),
  string: oneOf('string'),
  number,
  'number or decimal': oneOf('number', 'int', 'decimal'),
  'number, int64, decimal or duration': oneOf(...numeric),
  time: oneOf('time'),
  list: oneOf('list'),
  'list of strings': listOf(oneOf('string')),
  'list of numbers': unmixed(listOf(oneOf(...numeric))),
  'list of numbers, strings or times': unmixed(listOf(oneOf(...numeric, 'string', 'time'))),
  'list of lists': listOf(oneOf('list')),
  'string, list or record': oneOf('string', 'list', 'record', 'map'),
  'number, int64, decimal or string': oneOf('number', 'int', 'int64', 'decimal', 'string'),
  'number, int64, decimal, string or time': oneOf('number', 'int', 'int64', 'decimal', 'string', 'time'),
  'boolean, number, int64, decimal, string or time': oneOf(
    'boolean',
    'number',
    'int',
    'int64',
    'decimal',
    'string',
    'time',
  ),
  'boolean or string': oneOf('boolean', 'string'),
  'number, string or time': oneOf('number', 'int', 'string', 'time'),
  'number or string': oneOf('number', 'int', 'string'),
  anything: { type: () => true, value: () => true },
}

type Arguments<Takes extends readonly Taken[]> = { [Index in keyof Takes]: Values[Takes[Index]] }

/** A function of the language. */
export interface ExpressionFunction {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** What each argument may be. */
  readonly takes: readonly Taken[]
  /** How many of them can be left out, from the end. */
  readonly optional: number
  /** Whether the last may stand more often. */
  readonly repeats: boolean
  /** `x.name(…)` and not `name(x, …)`. Both are read; this one is written. */
  readonly isMethod: boolean
  /** The type of its values for arguments that it takes; what is null then, `typeOfCall` knows. */
  readonly gives: (args: readonly ValueType[]) => ValueType
  /** Whether it can be null though no argument is. */
  readonly mayFail: boolean
  /** What is wrong with an argument that is written down. */
  readonly refuses: (args: readonly unknown[]) => string | undefined
  /** Never throws: what has no answer is null. */
  readonly run: (...args: readonly unknown[]) => unknown
  /** An expression without names, and what it gives. */
  readonly example: readonly [text: string, value: unknown]
}

interface Definition<Takes extends readonly Taken[]> {
  readonly summary: string
  readonly takes: Takes
  readonly optional?: number
  readonly repeats?: boolean
  readonly isMethod?: boolean
  readonly gives: ValueType | ((args: readonly ValueType[]) => ValueType)
  readonly mayFail?: boolean
  /** Whether it is asked when an argument is null. @default false, and it gives null then */
  readonly seesNull?: boolean
  readonly refuses?: (args: readonly unknown[]) => string | undefined
  run(...args: Arguments<Takes>): unknown
  readonly example: readonly [text: string, value: unknown]
}

/** Declares a function. Its body is called with arguments of the right kinds only; for all others it gives null. */
export function defineFunction<const Takes extends readonly Taken[]>(
  name: string,
  definition: Definition<Takes>,
): ExpressionFunction {
  const { takes, optional = 0, repeats = false, gives, seesNull = false, run, ...rest } = definition
  const typed = typeof gives === 'function' ? gives : () => gives
  const taken = (index: number) => takes[Math.min(index, takes.length - 1)] ?? 'anything'
  const isTaken = (value: unknown, index: number) =>
    (seesNull && value === null) || (value !== null && takings[taken(index)].value(value))
  return {
    isMethod: false,
    mayFail: false,
    refuses: () => undefined,
    ...rest,
    name,
    takes,
    optional,
    repeats,
    gives: (args) => (seesNull ? typed(args) : orNull(typed(args), args.some(mayBeNull))),
    run: (...args) => (args.every(isTaken) ? run(...(args as Arguments<Takes>)) : null),
  }
}
