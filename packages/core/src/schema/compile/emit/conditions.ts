import { z } from 'zod'
import { type Check, checkDefOf, className, internals } from '../nodes.ts'
import { matcherFor } from '../scan/matchers.ts'
import { type Emitter, literal } from './emitter.ts'

const { isValidBase64, isValidBase64URL, isValidCIDRv6, isValidCreditCard, isValidIBAN, isValidIPv6, isValidJWT } =
  z.core

// Checks of length and size run even after a failure, where the value has a length. On a value of the right type that
// failed nothing yet they run always, so their own condition is all there is. A `when` of a user is another matter.
const whenLength = checkDefOf(new z.core.$ZodCheckMaxLength({ check: 'max_length', maximum: 1 }) as never).when
const whenSize = checkDefOf(new z.core.$ZodCheckMaxSize({ check: 'max_size', maximum: 1 }) as never).when

type Condition = (emitter: Emitter, check: Check, value: string) => string | undefined

/**
 * The condition under which a check passes, as source text over the variable `value`, which holds a value of `kind` for
 * which nothing has failed so far. Undefined where only Zod's own check can tell.
 */
export function conditionOf(emitter: Emitter, kind: string, check: Check, value: string): string | undefined {
  const { when } = checkDefOf(check)
  const name = className(check)
  if (when && when !== (sizes.has(name) ? whenSize : whenLength)) return undefined
  const table = byKind[kind]
  return table && Object.hasOwn(table, name) ? table[name]!(emitter, check, value) : undefined
}

const sizes = new Set(['CheckMaxSize', 'CheckMinSize', 'CheckSizeEquals'])

const compare =
  (operator: '<' | '>'): Condition =>
  (emitter, check, value) => {
    const def = checkDefOf(check)
    return `${value} ${operator}${def.inclusive ? '=' : ''} ${literal(emitter, def.value)}`
  }

const comparisons: Record<string, Condition> = { CheckLessThan: compare('<'), CheckGreaterThan: compare('>') }

// Zod counts code points. A code point is one or two units, so units alone decide unless the bound lies in between.
const stringLengths: Record<string, Condition> = {
  CheckMinLength(_emitter, check, value) {
    const least = checkDefOf(check).minimum
    if (!(least > 1)) return `${value}.length >= ${least}`
    return `(${value}.length >= ${2 * least} || (${value}.length >= ${least} && codePointLength(${value}) >= ${least}))`
  },
  CheckMaxLength(_emitter, check, value) {
    const most = checkDefOf(check).maximum
    return `(${value}.length <= ${most} || (${value}.length <= ${2 * most} && codePointLength(${value}) <= ${most}))`
  },
  CheckLengthEquals(_emitter, check, value) {
    const { length } = checkDefOf(check)
    return `(${value}.length >= ${length} && ${value}.length <= ${2 * length} && codePointLength(${value}) === ${length})`
  },
}

const sizeOf = (property: 'length' | 'size'): Record<string, Condition> => {
  const [most, least, exact] =
    property === 'size'
      ? ['CheckMaxSize', 'CheckMinSize', 'CheckSizeEquals']
      : ['CheckMaxLength', 'CheckMinLength', 'CheckLengthEquals']
  return {
    [most!]: (_emitter, check, value) => `${value}.${property} <= ${checkDefOf(check).maximum}`,
    [least!]: (_emitter, check, value) => `${value}.${property} >= ${checkDefOf(check).minimum}`,
    [exact!]: (_emitter, check, value) => `${value}.${property} === ${checkDefOf(check)[property]}`,
  }
}

const matches: Condition = (emitter, check, value) => {
  const { pattern } = checkDefOf(check)
  if (!pattern) return 'true'
  // A global or sticky expression remembers where it stopped, and Zod resets that before each use.
  if (pattern.global || pattern.sticky) return undefined
  return `${emitter.constant(matcherFor(pattern) ?? pattern)}.test(${value})`
}

const valid =
  (isValid: (value: string) => boolean): Condition =>
  (emitter, _check, value) =>
    `${emitter.constant(isValid)}(${value})`

// The formats that only have a pattern. Those that Zod checks otherwise are in the table below; URLs also rewrite.
const patternFormats = [
  'CheckRegex',
  'CheckLowerCase',
  'CheckUpperCase',
  'CheckStringFormat',
  'StringFormat',
  'GUID',
  'UUID',
  'Email',
  'Emoji',
  'NanoID',
  'CUID',
  'CUID2',
  'ULID',
  'XID',
  'KSUID',
  'ISODateTime',
  'ISODate',
  'ISOTime',
  'ISODuration',
  'IPv4',
  'MAC',
  'CIDRv4',
  'E164',
]

const strings: Record<string, Condition> = {
  ...stringLengths,
  ...Object.fromEntries(patternFormats.map((name) => [name, matches])),
  IPv6: valid(isValidIPv6),
  CIDRv6: valid(isValidCIDRv6),
  Base64: valid(isValidBase64),
  Base64URL: valid(isValidBase64URL),
  CreditCard: valid(isValidCreditCard),
  IBAN: valid(isValidIBAN),
  JWT: (emitter, check, value) =>
    `${emitter.constant(isValidJWT)}(${value}, ${literal(emitter, checkDefOf(check).alg)})`,
  CheckIncludes(_emitter, check, value) {
    const { includes, position } = checkDefOf(check)
    return `${value}.includes(${JSON.stringify(includes)}${position === undefined ? '' : `, ${position}`})`
  },
  CheckStartsWith: (_emitter, check, value) => `${value}.startsWith(${JSON.stringify(checkDefOf(check).prefix)})`,
  CheckEndsWith: (_emitter, check, value) => `${value}.endsWith(${JSON.stringify(checkDefOf(check).suffix)})`,
}

const numberFormat: Condition = (_emitter, check, value) => {
  switch (checkDefOf(check).format) {
    case 'safeint':
      return `Number.isSafeInteger(${value})`
    case 'int32':
      return `(${value} | 0) === ${value}`
    case 'uint32':
      return `(${value} >>> 0) === ${value}`
    case 'float32':
      return `${value} >= -3.4028234663852886e38 && ${value} <= 3.4028234663852886e38`
    case 'float64':
      return 'true'
    default:
      return undefined
  }
}

const bigintFormat: Condition = (_emitter, check, value) => {
  const range = z.core.util.BIGINT_FORMAT_RANGES[checkDefOf(check).format as 'int64' | 'uint64']
  return range && `${value} >= ${range[0]}n && ${value} <= ${range[1]}n`
}

const byKind: Record<string, Record<string, Condition>> = {
  string: strings,
  number: {
    ...comparisons,
    CheckNumberFormat: numberFormat,
    NumberFormat: numberFormat,
    CheckMultipleOf(emitter, check, value) {
      const step = checkDefOf(check).value
      return typeof step === 'number' ? `floatSafeRemainder(${value}, ${literal(emitter, step)}) === 0` : undefined
    },
  },
  bigint: {
    ...comparisons,
    CheckBigIntFormat: bigintFormat,
    BigIntFormat: bigintFormat,
    CheckMultipleOf(_emitter, check, value) {
      const step = checkDefOf(check).value
      return typeof step === 'bigint' && step !== 0n ? `${value} % ${step}n === 0n` : undefined
    },
  },
  date: comparisons,
  array: sizeOf('length'),
  map: sizeOf('size'),
  set: sizeOf('size'),
  file: sizeOf('size'),
}

/** Checks that never do anything, such as `describe`. */
export const isIdle = (check: Check): boolean =>
  className(check) === 'Check' &&
  ['describe', 'metadata'].includes(checkDefOf(check).check) &&
  !checkDefOf(check).when &&
  internals(check).traits.size === 1
