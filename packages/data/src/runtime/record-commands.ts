import { type Access, castInput, command, compileSchema, Issues, type Port, systemFailure } from '@heddle/core'
import { z } from 'zod'
import { listLimit } from '../autocrud/list-commands.ts'
import { listSchemas, partLimit, planParts, withParts } from '../autocrud/part-plan.ts'
import { changesSchema, countSchema, createSchema, findSchema, patchOf } from '../autocrud/schemas.ts'
import { ownValues, writeParts } from '../autocrud/write-parts.ts'
import type { Key } from '../database/table.ts'
import type { Ways } from '../depth/ways.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { toldKey } from '../entity/told-key.ts'
import type { Path } from '../repository/associations.ts'
import type { FindOptions } from '../repository/repository.ts'
import { askedWays, type Issue, partsIn } from './asked-ways.ts'
import type { Definitions } from './definitions.ts'

const key = z.union([z.string(), z.number()])
const values = z.record(z.string(), z.unknown())
const records = z.array(values)
const issues = z.array(z.object({ path: z.string(), message: z.string() }))
const errors = { InvalidValues: z.object({ issues }) }
const related = values.optional().describe('Ways to load, e.g. {"company":true}')
const listed = { entity: z.string(), key, list: z.string().describe('A list of the definition, e.g. leads') }

/** The commands on records whose types are data. What is wrong with their values is the failure `InvalidValues`. */
export function recordCommands(domain: string, access: Access, definitions: Port<Definitions>) {
  const own = { access, uses: [definitions] as const }

  return {
    createRecord: command(`${domain}.CreateRecord`, {
      summary: 'Create a record of an entity, with its parts',
      input: z.object({ entity: z.string(), values }),
      output: values,
      errors,
      ...own,
      async run({ input, ctx, fail }) {
        const defined = ctx.use(definitions)
        const { entity, repository } = await defined.repositoryOf(input.entity)
        const ways = await waysFor(defined, entity, input.values)
        const parts = planParts(entity, ways(entity), partsIn(entity, ways, [input.values]))
        const checked = check(createSchema(entity).extend(listSchemas(parts)), input.values)
        if ('issues' in checked) return fail.InvalidValues(checked)
        const made = repository.insert(ownValues(checked.values, parts))
        const madeKey = made[entity.table.key] as Key
        writeParts(defined, parts, madeKey, undefined, checked.values)
        return defined.along(entity, ways).getOrThrow(madeKey, { with: withParts(parts) })
      },
    }),

    getRecord: command(`${domain}.GetRecord`, {
      kind: 'query',
      summary: 'Read a record of an entity',
      input: z.object({ entity: z.string(), key, with: related }),
      output: values,
      errors,
      ...own,
      async run({ input, ctx, fail }) {
        const defined = ctx.use(definitions)
        const { entity, repository } = await defined.repositoryOf(input.entity)
        if (!input.with) return repository.getOrThrow(input.key)
        const ways = await defined.ways()
        const wanted = askedWays(entity, ways, (target) => defined.isDefined(target), input.with)
        if ('issues' in wanted) return fail.InvalidValues(wanted)
        return defined.along(entity, ways).getOrThrow(input.key, { with: wanted.asked })
      },
    }),

    updateRecord: command(`${domain}.UpdateRecord`, {
      summary: 'Change fields of a record, and lists of its parts, which are given whole',
      input: z.object({ entity: z.string(), key, changes: values, ifVersion: z.int().optional() }),
      output: values,
      errors,
      ...own,
      async run({ input, ctx, fail }) {
        const defined = ctx.use(definitions)
        const { entity } = await defined.repositoryOf(input.entity)
        const ways = await waysFor(defined, entity, input.changes)
        const parts = planParts(entity, ways(entity), partsIn(entity, ways, [input.changes]))
        const checked = check(changesSchema(entity).extend(listSchemas(parts)), input.changes)
        if ('issues' in checked) return fail.InvalidValues(checked)
        const repository = defined.along(entity, ways)
        const whole = { with: withParts(parts) }
        const before = await repository.getOrThrow(input.key, whole)
        const patch = patchOf(entity, ownValues(checked.values, parts))
        repository.update(before, patch, { ifVersion: input.ifVersion })
        writeParts(defined, parts, input.key, before, checked.values)
        return repository.getOrThrow(input.key, whole)
      },
    }),

    deleteRecord: command(`${domain}.DeleteRecord`, {
      summary: 'Delete a record',
      destructive: true,
      input: z.object({ entity: z.string(), key }),
      output: values,
      ...own,
      async run({ input, ctx }) {
        const { repository } = await ctx.use(definitions).repositoryOf(input.entity)
        const record = await repository.getOrThrow(input.key)
        repository.delete(record)
        return record
      },
    }),

    findRecords: command(`${domain}.FindRecords`, {
      kind: 'query',
      summary: 'Find records of an entity by a filter, in an order, page by page',
      input: z.object({ entity: z.string(), query: values.optional(), with: related }),
      output: z.object({ records, next: z.string().optional() }),
      errors,
      ...own,
      async run({ input, ctx, fail }) {
        const defined = ctx.use(definitions)
        const { entity } = await defined.repositoryOf(input.entity)
        const checked = check(findSchema(entity), input.query ?? {})
        if ('issues' in checked) return fail.InvalidValues(checked)
        const ways = input.with ? await defined.ways() : noWays
        const wanted = askedWays(entity, ways, (target) => defined.isDefined(target), input.with ?? {})
        if ('issues' in wanted) return fail.InvalidValues(wanted)
        const options = { ...(checked.values as FindOptions<AnyRecord>), with: wanted.asked }
        const { records: found, next } = await defined.along(entity, ways).find(options)
        return { records: [...found], ...(next !== undefined && { next }) }
      },
    }),

    countRecords: command(`${domain}.CountRecords`, {
      kind: 'query',
      summary: 'Count records of an entity by a filter',
      input: z.object({ entity: z.string(), query: values.optional() }),
      output: z.object({ count: z.int() }),
      errors,
      ...own,
      async run({ input, ctx, fail }) {
        const { entity, repository } = await ctx.use(definitions).repositoryOf(input.entity)
        const checked = check(countSchema(entity), input.query ?? {})
        return 'issues' in checked ? fail.InvalidValues(checked) : { count: await repository.count(checked.values) }
      },
    }),

    appendRecords: command(`${domain}.AppendRecords`, {
      summary: 'Make records that stand in a list of another one',
      input: z.object({ ...listed, values: records.min(1).max(listLimit) }),
      output: z.object({ records }),
      errors,
      ...own,
      async run({ input, ctx, fail }) {
        const { owner, path, repository } = await listOf(ctx.use(definitions), input)
        const checked = check(z.object({ values: z.array(createSchema(path.target, path.field)).max(partLimit) }), {
          values: input.values,
        })
        if ('issues' in checked) return fail.InvalidValues(checked)
        const given = checked.values['values'] as readonly AnyRecord[]
        return { records: given.map((each) => repository.insert({ ...each, [path.field]: owner })) }
      },
    }),

    removeRecords: command(`${domain}.RemoveRecords`, {
      summary: 'Remove records from a list of another one: parts go, others lose the reference',
      destructive: true,
      input: z.object({ ...listed, keys: z.array(key).min(1).max(listLimit) }),
      output: z.object({ records }),
      errors,
      ...own,
      async run({ input, ctx, fail }) {
        const { owner, path, repository } = await listOf(ctx.use(definitions), input)
        const { target, field } = path
        const isPart = target.references.find((reference) => reference.field === field)?.onDelete === 'cascade'
        if (!isPart && !target.fieldTypes.some(({ column }) => column.name === field && column.nullable)) {
          const message = `the records need a value for "${field}"; change or delete them`
          return fail.InvalidValues({ issues: [{ path: 'list', message }] })
        }
        const keys = [...new Set(input.keys)]
        const found = await repository.getMany(keys)
        const removed = found.map((record, index) => {
          if (!record || record[field] !== owner) throw notFound(target, keys[index]!, ['keys', index])
          if (!isPart) return repository.update(record, { [field]: undefined })
          repository.delete(record)
          return record
        })
        return { records: removed }
      },
    }),
  }
}

const noWays: Ways = () => ({})

/** All definitions are read only for values that hold more than fields. */
const waysFor = async (defined: Definitions, { fields }: AnyEntity, given: AnyRecord): Promise<Ways> =>
  Object.keys(given).every((name) => Object.hasOwn(fields, name)) ? noWays : defined.ways()

/** The owner of a list, and the repository of what stands in it. */
async function listOf(
  defined: Definitions,
  { entity: name, key: ownerKey, list }: { readonly entity: string; readonly key: Key; readonly list: string },
) {
  const { entity, repository } = await defined.repositoryOf(name)
  const owner = (await repository.getOrThrow(ownerKey))[entity.table.key]
  const lists: Readonly<Record<string, Path>> = (await defined.ways())(entity)
  const path = Object.hasOwn(lists, list) ? lists[list] : undefined
  if (path?.kind !== 'many') throw systemFailure('NotFound', { entity: 'list', key: list }, { path: ['list'] })
  return { owner, path, repository: (await defined.repositoryOf(path.target.name)).repository }
}

const notFound = (entity: AnyEntity, missing: Key, path: readonly (string | number)[]) =>
  systemFailure('NotFound', { entity: entity.name, key: toldKey(entity, missing) }, { path })

/** Values come as JSON, and their types are known only now. Unknown fields are refused. */
function check(schema: z.ZodObject, given: object): { readonly values: AnyRecord } | { readonly issues: Issue[] } {
  const checked = compileSchema(schema, { unknownKeys: 'strict' }).run(castInput(schema, given, 'json'))
  if (!(checked instanceof Issues)) return { values: checked as AnyRecord }
  return { issues: checked.issues.map(({ path, message }) => ({ path: path.join('/'), message })) }
}
