import { type Access, type AnyCommand, command, Defect, ref, systemFailure } from '@heddle/core'
import { z } from 'zod'
import type { Key } from '../database/table.ts'
import type { AnyEntity, Entity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { toldKey } from '../entity/told-key.ts'
import type { Path } from '../repository/associations.ts'
import { unknownPath } from '../repository/load-paths.ts'
import { repository } from '../repository/repository.ts'
import { type AnyRepositoryPort, capitalized, type Crud } from './autocrud.ts'
import { partSchema } from './part-plan.ts'
import { recordSchema } from './record-schema.ts'
import type { ListVerb } from './types.ts'
import { repositoryOf, type Using } from './write-parts.ts'

/** How many records one call appends or removes (limit `autocrud.list`). */
export const listLimit = 500

/** What one command needs to know of its list. */
interface ListFacts {
  readonly owner: Crud
  readonly list: string
  readonly path: Path
  readonly name: string
  readonly access: Access
  /** The key of the owner, whose record the body gets. */
  readonly key: z.ZodType
  readonly keys: z.ZodType
  readonly output: z.ZodType
}

/**
 * A command that appends to a list of an entity, or removes from it.
 *
 * @throws {Defect} InvalidDefinition for what is no list, or one whose records could not be made or let go
 */
export function listCommand(owner: Crud, verb: ListVerb, list: string, access: Access): AnyCommand {
  const { entity, port, domain, noun } = owner
  const path = port.paths()[list]
  if (!path) throw unknownPath(entity, list)
  const facts: ListFacts = {
    owner,
    list,
    path,
    access,
    name: `${domain}.${capitalized(verb)}${noun}${capitalized(list)}`,
    key: referenceTo(entity),
    keys: z.array(referenceTo(path.target)).min(1).max(listLimit),
    output: z.object({ records: z.array(recordSchema(path.target)) }),
  }
  if (path.through) return verb === 'append' ? joinCommand(facts, path.through) : partCommand(facts, path.through)
  if (path.kind !== 'many') throw refused(facts, 'it is no list')
  return verb === 'append' ? appendCommand(facts) : removeCommand(facts)
}

/** New records, which refer to the owner. */
function appendCommand({ owner: { entity, noun }, list, path, name, access, key, output }: ListFacts): AnyCommand {
  const { target, field } = path
  const port = portOf(target)
  return command(name, {
    summary: `Append to the ${list} of a ${noun}`,
    input: z.object({
      [entity.table.key]: key,
      records: z
        .array(partSchema(target, field, []))
        .min(1)
        .max(listLimit),
    }),
    output,
    access,
    uses: [port],
    run({ input, ctx }) {
      const owner = ownerIn(entity, input)[entity.table.key]
      const given = input['records'] as readonly AnyRecord[]
      return { records: given.map((values) => repositoryOf(ctx, port).insert({ ...values, [field]: owner })) }
    },
  })
}

/** What becomes of them is what would when their owner goes: they go too, or lose the reference. */
function removeCommand(facts: ListFacts): AnyCommand {
  const { owner, list, path, name, access, key, keys, output } = facts
  const { target, field } = path
  const { entity, noun } = owner
  const port = portOf(target)
  const isPart = target.references.find((reference) => reference.field === field)?.onDelete === 'cascade'
  const { column, nullWhenMissing } = target.fieldTypes.find((type) => type.column.name === field)!
  if (!isPart && !column.nullable)
    throw refused(
      facts,
      `what is removed from it could neither go nor stay: say onDelete: 'cascade', or make "${field}" optional`,
    )
  return command(name, {
    summary: `Remove from the ${list} of a ${noun}`,
    destructive: isPart,
    input: z.object({ [entity.table.key]: key, keys }),
    output,
    access,
    uses: [port],
    run({ input, ctx }) {
      const owner = ownerIn(entity, input)[entity.table.key]
      const repository = repositoryOf(ctx, port)
      const records = distinct(input['keys'] as readonly AnyRecord[])
      for (const [index, record] of records.entries())
        if (record[field] !== owner) throw notInList(target, record, index)
      if (isPart) for (const record of records) repository.delete(record)
      if (isPart) return { records }
      const patch = { [field]: nullWhenMissing ? null : undefined }
      return { records: records.map((record) => repository.update(record, patch)) }
    },
  })
}

type Through = NonNullable<Path['through']>

/** Records that are there, connected by a joining entity. Those that are connected already stay so. */
function joinCommand(facts: ListFacts, through: Through): AnyCommand {
  const { owner, list, path, name, access, key, keys, output } = facts
  const { entity, noun } = owner
  const join = portOf(through.entity)
  assertJoins(facts, through.entity, [path.field, through.to])
  return command(name, {
    summary: `Append to the ${list} of a ${noun}`,
    idempotent: true,
    input: z.object({ [entity.table.key]: key, keys }),
    output,
    access,
    uses: [owner.port, join],
    async run({ input, ctx }) {
      const from = ownerIn(entity, input)[entity.table.key] as Key
      const records = distinct(input['keys'] as readonly AnyRecord[])
      // Two who append the same at once wait for each other, so that nothing is connected twice.
      await repositoryOf(ctx, owner.port).lock([from])
      const joins = await joinsOf(ctx, join, facts, through, from, records)
      const known = new Set(joins.map((record) => record[through.to]))
      const { table } = path.target
      const added = records.filter((record) => !known.has(record[table.key]))
      for (const record of added)
        repositoryOf(ctx, join).insert({ [path.field]: from, [through.to]: record[table.key] })
      return { records: added }
    },
  })
}

/** Takes the connections away; what was connected stays. */
function partCommand(facts: ListFacts, through: Through): AnyCommand {
  const { owner, list, path, name, access, key, keys, output } = facts
  const { entity, noun } = owner
  const join = portOf(through.entity)
  return command(name, {
    summary: `Remove from the ${list} of a ${noun}`,
    input: z.object({ [entity.table.key]: key, keys }),
    output,
    access,
    uses: [join],
    async run({ input, ctx }) {
      const from = ownerIn(entity, input)[entity.table.key] as Key
      const records = distinct(input['keys'] as readonly AnyRecord[])
      const joins = await joinsOf(ctx, join, facts, through, from, records)
      const known = new Set(joins.map((record) => record[through.to]))
      const { table } = path.target
      for (const [index, record] of records.entries())
        if (!known.has(record[table.key])) throw notInList(path.target, record, index)
      for (const record of joins) repositoryOf(ctx, join).delete(record)
      return { records }
    },
  })
}

/** The records that connect an owner with some others. */
async function joinsOf(
  ctx: Using,
  join: AnyRepositoryPort,
  { path }: ListFacts,
  { to }: Through,
  from: Key,
  records: readonly AnyRecord[],
): Promise<readonly AnyRecord[]> {
  const keys = records.map((record) => record[path.target.table.key])
  const found = await repositoryOf(ctx, join).find({ where: { [path.field]: from, [to]: { in: keys } }, limit: 1000 })
  return found.records
}

/** A connection is made of two keys; all else must have a value by itself. */
function assertJoins(facts: ListFacts, entity: AnyEntity, given: readonly string[]): void {
  for (const { column, isUuid } of entity.fieldTypes) {
    const { name } = column
    if (given.includes(name) || !Object.hasOwn(entity.ownFields, name)) continue
    if (name === entity.table.key ? isUuid : fillsItself(entity, name)) continue
    throw refused(facts, `${entity.name} wants a value for "${name}", which a list does not have`)
  }
}

const fillsItself = ({ fields }: AnyEntity, name: string) => (fields[name] as z.ZodType).safeParse(undefined).success

const ownerIn = ({ table }: AnyEntity, input: AnyRecord) => input[table.key] as AnyRecord
const distinct = (records: readonly AnyRecord[]): AnyRecord[] => [...new Set(records)]
const portOf = (entity: AnyEntity) =>
  repository(entity as Entity<never, never, never, never>) as unknown as AnyRepositoryPort
const referenceTo = (entity: AnyEntity) => ref(entity as Entity<unknown, unknown, never, never>) as z.ZodType

const notInList = (entity: AnyEntity, record: AnyRecord, index: number) =>
  systemFailure(
    'NotFound',
    { entity: entity.name, key: toldKey(entity, record[entity.table.key]) },
    { path: ['keys', index] },
  )

const refused = ({ list, owner: { entity } }: ListFacts, reason: string) =>
  new Defect('InvalidDefinition', { name: `the list "${list}" of ${entity.name}`, reason })
