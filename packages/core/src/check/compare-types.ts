import type { CommandSection } from '../manifest/describe-command.ts'
import type { JsonSchema } from '../schema/json-schema.ts'
import type { CommandChange } from './compare-command.ts'
import { findRefusals } from './compare-schema.ts'
import type { SchemaRefusal } from './refusal.ts'

type Path = readonly string[]

/** How the input changed, and at which places: what is said there about errors follows from it. */
export interface InputChanges {
  readonly changes: readonly CommandChange[]
  readonly places: readonly Path[]
}

/** What callers send has to be accepted as before. */
export function compareInput({ input: before }: CommandSection, { input: after }: CommandSection): InputChanges {
  const narrowed = findRefusals(before, after)
  const widened = unlike(findRefusals(after, before), narrowed)
  const changes = [
    ...narrowed.map((refusal): CommandChange => ({
      level: 'breaking',
      change: textOf('input', refusal, refusal.from, refusal.to),
      reason: narrowedReason(refusal),
    })),
    ...widened.map((refusal): CommandChange => ({
      level: 'safe',
      change: textOf('input', refusal, refusal.to, refusal.from),
      reason: 'Everything that callers send today is still accepted.',
    })),
  ]
  return { changes, places: [...narrowed, ...widened].map(({ path }) => path) }
}

/** What callers get has to be what they know. */
export function compareOutput({ output: before }: CommandSection, { output: after }: CommandSection): CommandChange[] {
  const [old, now] = [streamOf(before), streamOf(after)]
  if (old && now) {
    return [
      ...compareAnswer('items', old.item, now.item), //
      ...compareAnswer('output', old.final, now.final),
    ]
  }
  if (!old && !now) return compareAnswer('output', before as JsonSchema, after as JsonSchema)
  const change = now ? 'output: value → stream' : 'output: stream → value'
  return [{ level: 'breaking', change, reason: 'Callers read a stream in another way than a value.' }]
}

type Output = CommandSection['output']
type Stream = { readonly item: JsonSchema; readonly final: JsonSchema }

const streamOf = (output: Output): Stream | undefined => ('stream' in output ? (output.stream as Stream) : undefined)

/** A type that callers read. They pass over fields that they do not know. */
export function compareAnswer(place: string, before: JsonSchema, after: JsonSchema): CommandChange[] {
  const widened = findRefusals(after, before, { ignoresUnknownFields: true })
  const narrowed = unlike(findRefusals(before, after), widened)
  return [
    ...widened.map((refusal): CommandChange => ({
      level: 'breaking',
      change: textOf(place, refusal, refusal.to, refusal.from),
      reason: widenedReason(refusal),
    })),
    ...narrowed.map((refusal): CommandChange => ({
      level: 'safe',
      change: textOf(place, refusal, refusal.from, refusal.to),
      reason: 'Callers get nothing that they do not know, and pass over new fields.',
    })),
  ]
}

/** Those at places where the other direction has nothing to say. */
const unlike = (refusals: readonly SchemaRefusal[], others: readonly SchemaRefusal[]) =>
  refusals.filter(({ path, what }) => !others.some((other) => other.what === what && isSame(other.path, path)))

const isSame = (a: Path, b: Path) => a.length === b.length && a.every((step, index) => step === b[index])

const textOf = (place: string, { path, what }: SchemaRefusal, from: string, to: string) =>
  `${[place, ...path].join('/')}: ${what} ${from} → ${to}`

function narrowedReason({ what, from, to, isProven }: SchemaRefusal): string {
  if (what === 'x-entity') return 'The value must be the key of a record that exists; callers get NotFound otherwise.'
  if (!isProven) return 'It cannot be shown that everything callers send today is still accepted.'
  if (what === 'field' && to === 'unknown') {
    return 'Callers that still send it get UnrecognizedKeys. Keep it as an optional field until nobody does.'
  }
  if (what === 'field' && to === 'required') {
    const who = from === 'optional' ? 'leave it out' : 'do not know it'
    return `Callers that ${who} get InvalidType. Make it optional, or give it a default.`
  }
  return 'Callers that send what was accepted so far are refused.'
}

function widenedReason({ what, to, isProven }: SchemaRefusal): string {
  if (!isProven) return 'It cannot be shown that callers know everything that they may get now.'
  if (what === 'field' && to === 'required') return 'Callers rely on this field and may not get it any more.'
  return 'Callers may get values that they do not know.'
}
