import { systemFailure } from '../error/failure.ts'
import type { PathSegment } from '../error/key.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { Referable } from '../ports/port.ts'
import { crossesAnnotated } from '../schema/annotate/crosses.ts'
import { masked } from '../schema/annotate/masked.ts'
import { toJson } from '../schema/to-json.ts'
import type { RefPlace } from '../schema/ref.ts'
import { FailedCall } from './dropped.ts'
import type { Frame } from './frame.ts'

/** One key in an input, and where it stands. */
interface Found {
  readonly path: readonly PathSegment[]
  readonly key: unknown
}

/** Replaces the keys in an input by the records that they refer to: one load for each entity, however many keys. */
export function loadRefs(frame: Frame): Maybe<void> {
  const groups = Map.groupBy(frame.runner.refs, ({ target }) => target)
  const waiting: Promise<void>[] = []
  for (const [target, places] of groups) {
    const loaded = loadTarget(frame, target, places)
    if (isPromise(loaded)) waiting.push(loaded)
  }
  return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined)
}

function loadTarget(frame: Frame, target: Referable, places: readonly RefPlace[]): Maybe<void> {
  const found = places.flatMap(({ path }) => keysAt(frame.input, path, []))
  if (found.length === 0) return undefined
  const records = target.load(
    frame.ctx,
    found.map(({ key }) => key),
  )
  return isPromise(records)
    ? records.then((loaded) => replace(frame, target, found, loaded))
    : replace(frame, target, found, records)
}

function replace(frame: Frame, target: Referable, found: readonly Found[], records: readonly unknown[]): void {
  const missing = found.filter((_, index) => records[index] === undefined)
  if (missing.length > 0) {
    const { input } = frame.command
    throw new FailedCall(
      missing.map(({ path, key }) => {
        const told = crossesAnnotated(input, path) ? masked : toJson(key)
        return systemFailure('NotFound', { entity: target.name, key: told }, { path })
      }),
    )
  }
  for (const [index, { path }] of found.entries()) frame.input = withValue(frame.input, path, records[index])
}

function keysAt(value: unknown, path: readonly string[], at: readonly PathSegment[]): Found[] {
  if (value === undefined || value === null) return []
  const [segment, ...rest] = path
  if (segment === undefined) return [{ path: at, key: value }]
  if (segment === '#') return (value as unknown[]).flatMap((part, index) => keysAt(part, rest, [...at, index]))
  return keysAt((value as Record<string, unknown>)[segment], rest, [...at, segment])
}

/** A copy with one value replaced: the checked input stays as it was, for another attempt. */
function withValue(value: unknown, [segment, ...rest]: readonly PathSegment[], record: unknown): unknown {
  if (segment === undefined) return record
  if (Array.isArray(value)) return value.with(Number(segment), withValue(value[Number(segment)], rest, record))
  const fields = value as Record<PathSegment, unknown>
  return { ...fields, [segment]: withValue(fields[segment], rest, record) }
}
