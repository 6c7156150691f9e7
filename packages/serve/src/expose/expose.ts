import {
  type AnyCommand,
  type AnyFailure,
  type Begins,
  declaredFacts,
  Defect,
  type ErrorTypes,
  type Exposes,
  factsOf,
  Failure,
  type Command,
  type InputFor,
  type InputOf,
  isStream,
  type ItemOf,
  type OutputOf,
  type OutputType,
  type Port,
  type Schema,
  stream,
  typesOnly,
  type ValueOf,
  versionedName,
} from '@heddle/core'
import { exposedType } from './exposed-type.ts'
import type { AnyExposure, ErrorTransformer, ErrorTransformers, Exposure, ToldErrors } from './exposure.ts'
import { placesOf } from './places.ts'
import { respondWith, type Respond } from './reply.ts'

/**
 * Makes a command ready for callers: under a name, a version, an access and with types of its own. It is a command of the
 * app like any other, so every surface serves it and every document tells of it; it calls the one behind, which may stay
 * closed, in the same unit of work, and ends as that one does, with its errors as its own.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const transferMoneyV1 = expose(transferMoney, {
 *   version: 1,
 *   deprecated: { since: '2026-11-01', sunset: '2027-05-01', use: 'bank.TransferMoney' },
 *   access: 'bank:transfer',
 *   input: {
 *     type: z.object({ from: z.string(), to: z.string(), euros: z.number().positive() }),
 *     map: ({ euros, ...accounts }) => ({ ...accounts, cents: Math.round(euros * 100) }),
 *     places: { cents: 'euros' },
 *   },
 * })
 */
export function expose<
  Inner extends AnyCommand,
  const Name extends string = `${Inner['name']}V${number}`,
  Input extends Schema = Schema<unknown, InputFor<Inner>>,
  Output extends Schema = Schema<ValueOf<Inner>>,
  Item extends Schema = Schema<ItemOf<Inner>>,
  const Errors extends ErrorTransformers<Inner> = {},
>(
  inner: Inner,
  exposure: Exposure<Inner, Name, Input, Output, Item, Errors>,
): Command<
  Name,
  InputOf<Input>,
  OutputOf<Output>,
  ToldErrors<Inner, Errors>,
  Inner['types']['called'],
  OutputOf<Item>
> {
  const { version, deprecated, access, description, requirements, hooks, policies } = exposure
  const name = nameOf(inner, exposure)
  const { input, result, item, respond } = exposure as unknown as AnyExposure
  const transformers = Object.entries((exposure.errors ?? {}) as Readonly<Record<string, ErrorTransformer<unknown>>>)
  if (item && !isStream(inner.output)) {
    throw new Defect('InvalidDefinition', { name, reason: `${inner.name} streams no items` })
  }
  for (const [code, { as }] of transformers) assertCode(name, inner, code, as)
  const uses = [...new Set<Port>([...(input?.uses ?? []), ...(result?.uses ?? [])])]
  const facts = factsOf(name, {
    kind: inner.kind === 'query' ? 'query' : 'command',
    summary: exposure.summary ?? inner.summary,
    description: description ?? inner.description,
    idempotent: inner.idempotent,
    destructive: inner.destructive,
    examples: exposure.examples ?? (input ? [] : inner.examples),
    errorExamples: exposure.errorExamples ?? (input ? {} : renamed(inner.errorExamples, transformers)),
    input: input?.type ?? inner.input,
    output: outputOf(name, inner, { result, item, exposed: exposure.exposed }),
    errors: errorsOf(inner, transformers),
    calls: [inner],
    access,
    requirements,
    hooks,
    policies,
    version,
    deprecated,
    uses,
  })
  const exposes: Exposes = {
    command: inner,
    ...(input && { input: input.map as Exposes['input'], place: placesOf(input.type, input.places) }),
    ...(result && { value: result.map as Exposes['value'] }),
    ...(item && { item: item.map as Exposes['item'] }),
    ...(transformers.length > 0 && { failures: failuresOf(inner, transformers) }),
  }
  const begins = inner.begins && !result ? { begins: begunBehind(inner.begins) } : {}
  const made = { ...facts, ...begins, name, exposes, types: typesOnly } as AnyCommand as never
  if (respond) respondWith(made, respond as Respond)
  return made
}

/** The run is that of the command behind. Who prefers a job is still served by that one: its access is its own. */
const begunBehind = ({ awaits, status, watch }: Begins): Begins => ({ awaits, status, watch })

function nameOf(inner: AnyCommand, { as, version }: { readonly as?: string; readonly version?: number }): string {
  const name = as ?? (version === undefined ? inner.name : versionedName(inner.name, version))
  if (name !== inner.name) return name
  throw new Defect('InvalidDefinition', {
    name,
    reason: 'what exposes it needs a name of its own: say `as`, or a `version`',
  })
}

function outputOf(
  name: string,
  { output }: AnyCommand,
  { result, item, exposed = [] }: Pick<AnyExposure, 'result' | 'item' | 'exposed'>,
): OutputType {
  const value = exposedType(name, result?.type ?? (isStream(output) ? output.final : output), exposed)
  return isStream(output) ? stream(item?.type ?? output.item, value) : value
}

function errorsOf({ errors }: AnyCommand, transformers: readonly [string, ErrorTransformer<unknown>][]): ErrorTypes {
  const told: Record<string, Schema> = { ...errors }
  for (const [code] of transformers) delete told[code]
  for (const [code, { as, type }] of transformers) told[as] = type ?? errors[code]!
  return told
}

/** Examples of errors by the codes that callers know. */
function renamed(
  examples: Readonly<Record<string, unknown>>,
  transformers: readonly [string, ErrorTransformer<unknown>][],
): Readonly<Record<string, unknown>> {
  const codes = new Map(transformers.map(([code, { as }]) => [code, as]))
  return Object.fromEntries(Object.entries(examples).map(([code, input]) => [codes.get(code) ?? code, input]))
}

function failuresOf({ errors }: AnyCommand, transformers: readonly [string, ErrorTransformer<unknown>][]) {
  const made = transformers.map(([code, { as, type = errors[code]!, map = same }]) => {
    const facts = declaredFacts(as, type)
    const tell = ({ data, path, cause }: AnyFailure) => new Failure(as, map(data), facts, path, cause)
    return [code, tell] as const
  })
  return Object.fromEntries(made)
}

const same = (data: unknown) => data

function assertCode(name: string, inner: AnyCommand, code: string, as: string): void {
  const reason = !Object.hasOwn(inner.errors, code)
    ? `${inner.name} declares no error ${code}`
    : as !== code && Object.hasOwn(inner.errors, as)
      ? `the error ${as} is one of ${inner.name} already`
      : undefined
  if (reason) throw new Defect('InvalidDefinition', { name, reason })
}
