import { z } from 'zod'
import { finalize, type RawIssue } from '../issues.ts'
import { defOf, internals, type Payload, type Schema } from '../nodes.ts'

const { util } = z.core

/** Builds an object some of whose fields failed: `present[i]` says whether field i is part of it. */
export function build(keys: readonly PropertyKey[], values: readonly unknown[], present: readonly boolean[]): object {
  const built: Record<PropertyKey, unknown> = {}
  for (let at = 0; at < keys.length; at++) if (present[at]) built[keys[at]!] = values[at]
  return built
}

/** A union no member of which accepted the value: the one member that failed without aborting speaks for all. */
export function unionFailed(union: Schema, value: unknown, results: readonly Payload[]): Payload {
  const open = results.filter((result) => !util.aborted(result as never))
  if (open.length === 1) return { value: open[0]!.value, issues: open[0]!.issues }
  return { value, issues: [invalidUnion(union, value, results)] }
}

/** A value that must match exactly one member of a union. */
export function exclusive(union: Schema, value: unknown, results: readonly Payload[]): Payload {
  const matches: number[] = []
  for (const [at, { issues }] of results.entries()) if (issues.length === 0) matches.push(at)
  if (matches.length === 1) return { value: results[matches[0]!]!.value, issues: [] }
  if (matches.length === 0) return { value, issues: [invalidUnion(union, value, results)] }
  const issue = { code: 'invalid_union', input: value, inst: union, errors: [], inclusive: false, matches }
  return { value, issues: [issue as unknown as RawIssue] }
}

// The messages of the members are made when somebody reads them: most failed unions are only counted.
function invalidUnion(union: Schema, input: unknown, results: readonly Payload[]): RawIssue {
  let errors: unknown[] | undefined
  const issue = {
    code: 'invalid_union',
    input,
    inst: union,
    get errors() {
      return (errors ??= results.map((result) => result.issues.map(finalize)))
    },
  }
  return issue as unknown as RawIssue
}

/** The value of a `catch` whose inner schema failed. */
export function caught(schema: Schema, value: unknown, result: Payload): unknown {
  const { catchValue } = defOf(schema) as unknown as { catchValue: ((context: object) => unknown) & object }
  // A constant needs no context, and making one costs the messages of all issues.
  if (util.CONSTANT_CATCH in catchValue) return catchValue({})
  return catchValue({ ...result, value, error: { issues: result.issues.map(finalize) }, input: value })
}

/** One entry of a map whose key or value failed. */
export function mapEntryFailed(
  schema: Schema,
  input: unknown,
  key: unknown,
  ofKey: RawIssue[] | null,
  ofValue: RawIssue[] | null,
): RawIssue[] {
  const found: RawIssue[] = []
  const addressable = util.propertyKeyTypes.has(typeof key)
  for (const [code, issues] of [
    ['invalid_key', ofKey],
    ['invalid_element', ofValue],
  ] as const) {
    if (issues === null) continue
    if (addressable) found.push(...(util.prefixIssues(key as PropertyKey, issues as never) as unknown as RawIssue[]))
    else if (code === 'invalid_key') {
      const issue = { code, origin: 'map', input, inst: schema, issues: issues.map(finalize) }
      found.push(issue as unknown as RawIssue)
    } else {
      const issue = { origin: 'map', code, input, inst: schema, key, issues: issues.map(finalize) }
      found.push(issue as unknown as RawIssue)
    }
  }
  return found
}

/** How a record treats one key: the name it is kept under, or why it is not. */
export type RecordKey = { out: PropertyKey } | { issues: RawIssue[] } | 'loose' | 'unrecognized'

/** Checks the key of a record entry as Zod does, which reads a failing numeric key once more as a number. */
export function recordKey(record: Schema, key: string | symbol): RecordKey {
  const def = defOf(record)
  const { run, values } = internals(def.keyType)
  const check = (value: unknown) => {
    const result = run({ value, issues: [] }, { async: false })
    if (result instanceof Promise) throw new Error('Async schemas not supported in object keys currently')
    return result
  }
  let result = check(key)
  if (typeof key === 'string' && z.core.regexes.number.test(key) && result.issues.length > 0) {
    const retried = check(Number(key))
    if (retried.issues.length === 0) result = retried
  }
  if (result.issues.length === 0) return { out: result.value as PropertyKey }
  if (def.mode === 'loose') return 'loose'
  if (values) return 'unrecognized'
  const issue = {
    code: 'invalid_key',
    origin: 'record',
    issues: result.issues.map(finalize),
    input: key,
    path: [key],
    inst: record,
  }
  return { issues: [issue as unknown as RawIssue] }
}
