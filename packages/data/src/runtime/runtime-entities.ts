import {
  type Access,
  castInput,
  command,
  compileSchema,
  Defect,
  Issues,
  type Part,
  type PartKind,
  type PortScope,
  uuidV7,
} from '@heddle/core'
import { z } from 'zod'
import { changesSchema, createSchema, findSchema, patchOf } from '../autocrud/schemas.ts'
import type { Key } from '../database/table.ts'
import type { AnyEntity } from '../entity/entity.ts'
import { DataTransactions } from '../unit/data-transactions.ts'
import { Definitions, definitionsPort } from './definitions.ts'
import { entityData } from './entity-data.ts'

/** Who may do what with entities that are defined at run time. */
export interface RuntimeEntityOptions {
  /** Who may define entities. */
  readonly define: Access
  /** Who may read and write their records. */
  readonly access: Access
  /** Entities of the app to which definitions may refer. @default none */
  readonly refersTo?: readonly AnyEntity[]
}

const kind: PartKind = { name: 'runtime-entities', compare: () => [] }

const key = z.union([z.string(), z.number()])
const values = z.record(z.string(), z.unknown())
const issues = z.array(z.object({ path: z.string(), message: z.string() }))
const errors = { InvalidValues: z.object({ issues }) }

/**
 * Commands to define entities while the app runs, and to work with their records, on every surface: for apps whose users
 * make up their own record types.
 *
 * @param domain the domain of the commands and of the entities
 * @example app('crm', { parts: [runtimeEntities('crm', { define: 'crm:design', access: 'crm:use' })], database: sqlite() })
 */
export function runtimeEntities(domain: string, { define, access, refersTo = [] }: RuntimeEntityOptions) {
  const definitions = definitionsPort(refersTo)
  const uses = [definitions] as const
  const part: Part = {
    kind,
    name: domain,
    parts: refersTo,
    describe: () => ({ domain }),
    /** What was defined before takes part in references from the first call on. */
    async open({ ports }) {
      const { transactions, clock, random } = ports
      if (!(transactions instanceof DataTransactions)) return
      const unit = transactions.begin({ mode: 'command', tenant: 'main' })
      const signal = new AbortController().signal
      const newId = () => uuidV7(clock, random)
      const scope: PortScope = { command: `${domain}.Open`, tenant: 'main', clock, random, signal, unit, newId }
      await new Definitions(scope, refersTo).adoptAll()
      unit.rollback()
    },
  }

  return {
    part,

    defineEntity: command(`${domain}.DefineEntity`, {
      summary: 'Define an entity or change its definition; its table is made at once',
      input: z.object({ entity: entityData }),
      output: z.object({ changes: z.array(z.string()) }),
      errors: {
        InvalidEntity: z.object({ reason: z.string() }),
        NeedsMigration: z.object({ changes: z.array(z.string()) }),
      },
      idempotent: true,
      access: define,
      uses,
      async run({ input: { entity }, ctx, fail }) {
        if (!entity.name.startsWith(`${domain}.`))
          return fail.InvalidEntity({ reason: `the name must begin with "${domain}."` })
        try {
          const defined = await ctx.use(definitions).define(entity, ctx.clock)
          if ('refused' in defined) return fail.NeedsMigration({ changes: [...defined.refused] })
          return { changes: [...defined.changes] }
        } catch (error) {
          if (!(error instanceof Defect && error.code === 'InvalidDefinition')) throw error
          return fail.InvalidEntity({ reason: error.message })
        }
      },
    }),

    listEntities: command(`${domain}.ListEntities`, {
      kind: 'query',
      summary: 'The entities that were defined',
      input: z.object({}),
      output: z.array(entityData),
      access,
      uses,
      run: async ({ ctx }) => [...(await ctx.use(definitions).list())],
    }),

    createRecord: command(`${domain}.CreateRecord`, {
      summary: 'Create a record of an entity',
      input: z.object({ entity: z.string(), values }),
      output: values,
      errors,
      access,
      uses,
      async run({ input, ctx, fail }) {
        const { entity, repository } = await ctx.use(definitions).repositoryOf(input.entity)
        const checked = check(createSchema(entity), input.values)
        return 'issues' in checked ? fail.InvalidValues(checked) : repository.insert(checked.values as object)
      },
    }),

    getRecord: command(`${domain}.GetRecord`, {
      kind: 'query',
      summary: 'Read a record of an entity',
      input: z.object({ entity: z.string(), key }),
      output: values,
      access,
      uses,
      async run({ input, ctx }) {
        const { repository } = await ctx.use(definitions).repositoryOf(input.entity)
        return repository.getOrThrow(input.key as Key)
      },
    }),

    updateRecord: command(`${domain}.UpdateRecord`, {
      summary: 'Change fields of a record',
      input: z.object({ entity: z.string(), key, changes: values, ifVersion: z.int().optional() }),
      output: values,
      errors,
      access,
      uses,
      async run({ input, ctx, fail }) {
        const { entity, repository } = await ctx.use(definitions).repositoryOf(input.entity)
        const checked = check(changesSchema(entity), input.changes)
        if ('issues' in checked) return fail.InvalidValues(checked)
        const record = await repository.getOrThrow(input.key as Key)
        const patch = patchOf(entity, checked.values as Readonly<Record<string, unknown>>)
        return repository.update(record, patch, { ifVersion: input.ifVersion })
      },
    }),

    deleteRecord: command(`${domain}.DeleteRecord`, {
      summary: 'Delete a record',
      destructive: true,
      input: z.object({ entity: z.string(), key }),
      output: values,
      access,
      uses,
      async run({ input, ctx }) {
        const { repository } = await ctx.use(definitions).repositoryOf(input.entity)
        const record = await repository.getOrThrow(input.key as Key)
        repository.delete(record)
        return record
      },
    }),

    findRecords: command(`${domain}.FindRecords`, {
      kind: 'query',
      summary: 'Find records of an entity by a filter, in an order, page by page',
      input: z.object({ entity: z.string(), query: values.optional() }),
      output: z.object({ records: z.array(values), next: z.string().optional() }),
      errors,
      access,
      uses,
      async run({ input, ctx, fail }) {
        const { entity, repository } = await ctx.use(definitions).repositoryOf(input.entity)
        const checked = check(findSchema(entity), input.query ?? {})
        if ('issues' in checked) return fail.InvalidValues(checked)
        const { records, next } = await repository.find(checked.values as object)
        return { records: [...records], ...(next !== undefined && { next }) }
      },
    }),
  }
}

/** Values come as JSON, and their types are known only now. Unknown fields are refused. */
function check(schema: z.ZodObject, given: object): { values: unknown } | { issues: z.infer<typeof issues> } {
  const checked = compileSchema(schema, { unknownKeys: 'strict' }).run(castInput(schema, given, 'json'))
  if (!(checked instanceof Issues)) return { values: checked }
  return { issues: checked.issues.map(({ path, message }) => ({ path: path.join('/'), message })) }
}
