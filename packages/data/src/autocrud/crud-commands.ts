import { type Access, type AnyCommand, command, Defect, type Maybe, ref } from '@heddle/core'
import { z } from 'zod'
import type { Key } from '../database/table.ts'
import type { Entity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import type { AnyWith } from '../repository/load-paths.ts'
import type { FindOptions } from '../repository/repository.ts'
import { chain } from '../unit/chain.ts'
import type { Crud } from './autocrud.ts'
import { listSchemas, type PartPlan, portsOf, withParts } from './part-plan.ts'
import { recordSchema } from './record-schema.ts'
import { askedSchema, changesSchema, countSchema, createSchema, findSchema, patchOf } from './schemas.ts'
import type { CrudVerb } from './types.ts'
import { ownValues, repositoryOf, type Using, writeParts } from './write-parts.ts'

/** One command of an entity of whatever types. */
export function crudCommand(
  { entity, port, domain, noun, plural }: Crud,
  verb: CrudVerb,
  access: Access,
  parts: readonly PartPlan[],
  asked: AnyWith,
): AnyCommand {
  const { table, switches } = entity
  const paths = port.paths()
  const uses = [port, ...portsOf(parts)]
  const own = { access, uses }
  const record = recordSchema(entity, { parts, paths })
  const whole = withParts(parts)
  const key = { [table.key]: ref(entity as Entity<unknown, unknown, never, never>) as z.ZodType }
  const expected = { ...key, ...(switches.versions && { ifVersion: z.int().optional() }) }
  const lists = listSchemas(parts)
  const loaded = (input: AnyRecord) => input[table.key] as AnyRecord
  const versionIn = ({ ifVersion }: AnyRecord) => ({ ifVersion: ifVersion as number | undefined })
  /** The record with what belongs to it, as the unit of work has it now. */
  const shown = (ctx: Using, plain: AnyRecord, wanted: AnyWith = whole): Maybe<AnyRecord> =>
    Object.keys(wanted).length === 0
      ? plain
      : repositoryOf(ctx, port).getOrThrow(plain[table.key] as Key, { with: wanted })

  /** What was deleted softly is there for these two alone. */
  const deleted = (ctx: Using, input: AnyRecord) =>
    repositoryOf(ctx, port).getOrThrow(input[table.key] as Key, { withDeleted: true })
  if ((verb === 'restore' || verb === 'purge') && !switches.softDelete)
    throw new Defect('InvalidDefinition', { name: `${verb} of ${entity.name}`, reason: 'it has no `softDelete: true`' })

  switch (verb) {
    case 'create':
      return command(`${domain}.Create${noun}`, {
        summary: `Create a ${noun}`,
        input: createSchema(entity).extend(lists),
        output: record,
        ...own,
        run({ input, ctx }) {
          const made = repositoryOf(ctx, port).insert(ownValues(input, parts))
          writeParts(ctx, parts, made[table.key], undefined, input)
          return shown(ctx, made)
        },
      })
    case 'get':
      return command(`${domain}.Get${noun}`, {
        kind: 'query',
        summary: `Read a ${noun}`,
        input: z.object({ ...key, ...askedSchema(asked) }),
        output: recordSchema(entity, { parts, asked, paths }),
        ...own,
        run: ({ input, ctx }) => shown(ctx, loaded(input), withParts(parts, input['with'] as AnyWith | undefined)),
      })
    case 'update':
      return command(`${domain}.Update${noun}`, {
        summary: `Change fields of a ${noun}`,
        input: z.object({ ...expected, changes: changesSchema(entity).extend(lists) }),
        output: record,
        ...own,
        run({ input, ctx }) {
          const changes = input['changes'] as AnyRecord
          const patch = patchOf(entity, ownValues(changes, parts))
          // Also where only parts change: two who change the same record one after the other then know of each other.
          const changed = (before: AnyRecord) => {
            const updated = repositoryOf(ctx, port).update(before, patch, versionIn(input))
            writeParts(ctx, parts, updated[table.key], before, changes)
            return shown(ctx, updated)
          }
          return chain(shown(ctx, loaded(input)), changed)
        },
      })
    case 'delete':
      return command(`${domain}.Delete${noun}`, {
        summary: `Delete a ${noun}`,
        destructive: !switches.softDelete,
        input: z.object(expected),
        output: record,
        ...own,
        run: ({ input, ctx }) =>
          chain(shown(ctx, loaded(input)), (before) => {
            repositoryOf(ctx, port).delete(before, versionIn(input))
            return before
          }),
      })
    case 'restore':
      return command(`${domain}.Restore${noun}`, {
        summary: `Bring back a ${noun} that was deleted`,
        input: z.object({ [table.key]: entity.fields[table.key] as z.ZodType }),
        output: record,
        ...own,
        run: ({ input, ctx }) =>
          chain(deleted(ctx, input), (found) => shown(ctx, repositoryOf(ctx, port).restore(found))),
      })
    case 'purge':
      return command(`${domain}.Purge${noun}`, {
        summary: `Remove a ${noun} for good`,
        destructive: true,
        input: z.object({ [table.key]: entity.fields[table.key] as z.ZodType }),
        output: recordSchema(entity),
        ...own,
        run: ({ input, ctx }) =>
          chain(deleted(ctx, input), (found) => {
            repositoryOf(ctx, port).purge(found)
            return found
          }),
      })
    case 'find':
      return command(`${domain}.Find${plural}`, {
        kind: 'query',
        summary: `Find ${plural} by a filter, in an order, page by page`,
        input: findSchema(entity, asked),
        output: z.object({
          records: z.array(recordSchema(entity, { parts, asked, paths })),
          next: z.string().optional(),
        }),
        ...own,
        run: async ({ input, ctx }) => {
          const wanted = withParts(parts, input['with'] as AnyWith | undefined)
          const options = { ...(input as FindOptions<AnyRecord>), with: wanted }
          const { records, next } = await repositoryOf(ctx, port).find(options)
          return { records: [...records], ...(next !== undefined && { next }) }
        },
      })
    case 'count':
      return command(`${domain}.Count${plural}`, {
        kind: 'query',
        summary: `Count ${plural} by a filter`,
        input: countSchema(entity),
        output: z.object({ count: z.int() }),
        ...own,
        run: async ({ input, ctx }) => ({ count: await repositoryOf(ctx, port).count(input) }),
      })
  }
}
