import { castInput, masked, type Schema } from '@heddle/core'
import { z } from 'zod'

type Kind = z.core.$ZodTypes

/** Texts of the formats that types ask for, none of which anybody has. */
const formats: Readonly<Record<string, string>> = {
  email: 'someone@example.com',
  uuid: '00000000-0000-4000-8000-000000000000',
  guid: '00000000-0000-4000-8000-000000000000',
  url: 'https://example.com/',
  datetime: '2000-01-01T00:00:00Z',
  date: '2000-01-01',
  time: '12:00:00',
  ipv4: '192.0.2.1',
  ipv6: '2001:db8::1',
  e164: '+12025550123',
  base64: 'bWFkZSB1cA==',
  duration: 'P1D',
}

/**
 * Puts made-up values of their types where something was masked. Where no value comes to mind that its type takes, the
 * mask stays.
 */
export function makeUp(schema: Schema, value: unknown): unknown {
  const type = schema as Kind
  if (value === masked) return sampled(type)
  const { def } = type._zod
  switch (def.type) {
    case 'object':
      return mapFields(value, (field) => def.shape[field] ?? def.catchall)
    case 'record':
      return mapFields(value, () => def.valueType)
    case 'array':
      return Array.isArray(value) ? value.map((part) => makeUp(def.element as Schema, part)) : value
    case 'tuple':
      return Array.isArray(value)
        ? value.map((part, index) => within(def.items[index] ?? def.rest ?? undefined, part))
        : value
    case 'union':
      return (
        def.options
          .map((option) => makeUp(option as Schema, value))
          .find((made, index) => z.safeParse(def.options[index]!, made).success) ?? value
      )
    case 'pipe':
      return makeUp(def.in as Schema, value)
    case 'lazy':
      return makeUp(def.getter() as Schema, value)
    default:
      return 'innerType' in def ? makeUp(def.innerType as Schema, value) : value
  }
}

const within = (type: z.core.$ZodType | undefined, part: unknown) => (type ? makeUp(type as Schema, part) : part)

function mapFields(value: unknown, typeOf: (field: string) => z.core.$ZodType | undefined): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).map(([field, part]) => [field, within(typeOf(field), part)]))
}

/** The first candidate that the type takes, as it is written in JSON. */
function sampled(type: Kind): unknown {
  const fits = (candidate: unknown) => z.safeParse(type, castInput(type as Schema, candidate, 'json')).success
  return candidates(type).find(fits) ?? masked
}

const lengths = Array.from({ length: 32 }, (_, index) => index + 1)

function candidates(type: Kind): readonly unknown[] {
  const { def } = type._zod
  const { format, minimum, maximum, minLength } = (type as { _zod: { bag: Bag } })._zod.bag as Bag
  switch (def.type) {
    case 'string': {
      const text = 'made up '.repeat(Math.ceil(((minLength ?? 1) + 8) / 8)).trim()
      const known = formats[format ?? '']
      const others = [
        ...Object.values(formats),
        ...lengths.flatMap((length) => ['1'.repeat(length), 'A'.repeat(length)]),
      ]
      return [...(known === undefined ? [] : [known]), text, text.slice(0, Math.max(minLength ?? 1, 1)), ...others]
    }
    case 'number':
      return [minimum, maximum, 1, 0, 0.5].filter((each) => typeof each === 'number' && Number.isFinite(each))
    case 'bigint':
      return ['1']
    case 'boolean':
      return [true, false]
    case 'date':
      return ['2000-01-01T00:00:00.000Z']
    case 'enum':
      return Object.values(def.entries)
    case 'literal':
      return def.values
    case 'null':
      return [null]
    case 'array':
      return [[], [sampled(def.element as Kind)]]
    case 'object': {
      const fields = Object.entries(def.shape).map(([field, part]) => [field, sampled(part as Kind)])
      return [Object.fromEntries(fields)]
    }
    case 'record':
      return [{}]
    case 'tuple':
      return [def.items.map((part) => sampled(part as Kind))]
    case 'union':
      return def.options.map((option) => sampled(option as Kind))
    case 'pipe':
      return candidates(def.in as Kind)
    case 'nullable':
    case 'optional':
      return [sampled(def.innerType as Kind), null]
    default:
      return 'innerType' in def ? candidates(def.innerType as Kind) : []
  }
}

interface Bag {
  readonly format?: string
  readonly minimum?: number
  readonly maximum?: number
  readonly minLength?: number
}
