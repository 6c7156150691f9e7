import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { plainRecord } from '../repository/load-paths.ts'
import type { AnyRepository } from '../repository/repository.ts'
import type { AnyRepositoryPort } from './autocrud.ts'
import type { PartPlan } from './part-plan.ts'

/** What a command's context gives. */
export interface Using {
  use(port: AnyRepositoryPort): unknown
}

/** The repository behind a port whose types nobody knows. */
export const repositoryOf = (ctx: Using, port: AnyRepositoryPort): AnyRepository => ctx.use(port) as AnyRepository

/** The values of the record itself, without the lists of its parts. */
export function ownValues(values: AnyRecord, parts: readonly PartPlan[]): AnyRecord {
  const names = new Set(parts.map(({ name }) => name))
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.has(name)))
}

/**
 * Makes the lists of a record what was given: known parts are changed where they differ, new ones are added, and the
 * others go. A list that was not given stays.
 *
 * @param before the record with the parts that it has; undefined for a new one
 */
export function writeParts(
  ctx: Using,
  parts: readonly PartPlan[],
  owner: unknown,
  before: AnyRecord | undefined,
  given: AnyRecord,
): void {
  for (const { name, entity, by, port, parts: deeper } of parts) {
    const list = given[name] as readonly AnyRecord[] | undefined
    if (list === undefined) continue
    const { key } = entity.table
    const stored = (before?.[name] ?? []) as readonly AnyRecord[]
    const known = new Map(stored.map((part) => [part[key], part]))
    const repository = repositoryOf(ctx, port)
    const kept = new Set(list.map((part) => part[key]))
    // First the removals: what takes the place of a part may have its values in a unique index.
    for (const part of stored) if (!kept.has(part[key])) repository.delete(part)
    for (const part of list) {
      const own = ownValues(part, deeper)
      const found = part[key] === undefined ? undefined : known.get(part[key])
      const written = found ? changed(repository, entity, by, found, own) : repository.insert({ ...own, [by]: owner })
      writeParts(ctx, deeper, written[key], found, part)
    }
  }
}

/** A part is given whole: an optional field that is left out goes. One that is the same is not written. */
function changed(
  repository: AnyRepository,
  { codec, ownFields, table }: AnyEntity,
  by: string,
  found: AnyRecord,
  own: AnyRecord,
): AnyRecord {
  const before = plainRecord(found)
  const names = Object.keys(ownFields).filter((field) => field !== table.key && field !== by)
  const patch = Object.fromEntries(names.map((field) => [field, own[field]]))
  const isSame = names.every(
    (field) => codec.encodeField(field, before[field]) === codec.encodeField(field, own[field]),
  )
  return isSame ? before : repository.update(before, patch)
}
