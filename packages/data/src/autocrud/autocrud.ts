import { type Access, type AnyCommand, command, type Command, ref } from '@heddle/core'
import { z } from 'zod'
import type { AnyEntity, Entity } from '../entity/entity.ts'
import { type AnyRepository, type FindOptions, type Found, repository } from '../repository/repository.ts'
import { changesSchema, createSchema, findSchema, patchOf, recordSchema } from './schemas.ts'

/** What `autocrud` can do with an entity. */
export type CrudVerb = 'create' | 'get' | 'update' | 'delete' | 'find'

/** How commands are derived. */
export interface AutocrudOptions<Only extends CrudVerb> {
  /** Who may call them from outside: all of them, or each by its verb. */
  readonly access: Access | { readonly [V in Only]: Access }
  /** @default all five */
  readonly only?: readonly Only[]
  /** The noun in the name of the search, e.g. `People`. @default the noun with an English plural */
  readonly plural?: string
}

/** The domain and the noun in an entity's name. */
type DomainIn<Name extends string> = Name extends `${infer First}.${infer Rest}`
  ? Rest extends `${string}.${string}`
    ? `${First}.${DomainIn<Rest>}`
    : First
  : never
type NounIn<Name extends string> = Name extends `${string}.${infer Rest}` ? NounIn<Rest> : Name
type Named<Verb extends string, Name extends string> = `${DomainIn<Name>}.${Verb}${NounIn<Name>}`

type KeyInput<KeyName extends string, K> = { readonly [N in KeyName]: K }
type IfVersion = { readonly ifVersion?: number | undefined }

/** The commands, by verb. */
export interface CrudCommands<Rec, K, New, Patch, Name extends string, KeyName extends string> {
  readonly create: Command<Named<'Create', Name>, New, Rec, never, never>
  readonly get: Command<Named<'Get', Name>, KeyInput<KeyName, K>, Rec, never, never>
  readonly update: Command<
    Named<'Update', Name>,
    KeyInput<KeyName, K> & IfVersion & { readonly changes: { readonly [N in keyof Patch]?: Patch[N] | null } },
    Rec,
    never,
    never
  >
  readonly delete: Command<Named<'Delete', Name>, KeyInput<KeyName, K> & IfVersion, Rec, never, never>
  readonly find: Command<`${DomainIn<Name>}.Find${string}`, FindOptions<Rec>, Found<Rec>, never, never>
}

/**
 * Derives commands from an entity: they create, read, update, delete and find its records on every surface, with the
 * types, constraints and hooks of the entity.
 *
 * @example app('bank', { parts: [autocrud(Account, { access: 'bank:admin' })], database: sqlite() })
 */
export function autocrud<
  Rec,
  K,
  New,
  Patch,
  Paths,
  Name extends string,
  KeyName extends string,
  const Only extends CrudVerb = CrudVerb,
>(
  entity: Entity<Rec, K, New, Patch, Paths, Name, KeyName>,
  { access, only, plural }: AutocrudOptions<Only>,
): Pick<CrudCommands<Rec, K, New, Patch, Name, KeyName>, Only> {
  const accessOf = (verb: CrudVerb): Access =>
    typeof access === 'object' ? (access as Readonly<Record<string, Access>>)[verb]! : access
  const verbs: readonly CrudVerb[] = only ?? ['create', 'get', 'update', 'delete', 'find']
  const made = verbs.map((verb) => [verb, crudCommand(entity, verb, accessOf(verb), plural)] as const)
  // The schemas are made at run time, from the same definition from which the types are made.
  return Object.fromEntries(made) as unknown as Pick<CrudCommands<Rec, K, New, Patch, Name, KeyName>, Only>
}

/** One command of an entity of whatever types. */
function crudCommand(entity: AnyEntity, verb: CrudVerb, access: Access, plural: string | undefined): AnyCommand {
  const { name, table, switches } = entity
  const dot = name.lastIndexOf('.')
  const [domain, noun] = [name.slice(0, dot), name.slice(dot + 1)]
  const port = repository(entity as Entity<never, never, never, never>)
  const uses = [port] as const
  const record = recordSchema(entity)
  const key = { [table.key]: ref(entity as Entity<unknown, unknown, never, never>) as z.ZodType }
  const expected = { ...key, ...(switches.versions && { ifVersion: z.int().optional() }) }
  const of = (ctx: { use(wanted: typeof port): unknown }) => ctx.use(port) as AnyRepository
  const loaded = (input: Readonly<Record<string, unknown>>) => input[table.key] as Readonly<Record<string, unknown>>
  const versionIn = ({ ifVersion }: { readonly ifVersion?: unknown }) => ({
    ifVersion: ifVersion as number | undefined,
  })

  switch (verb) {
    case 'create':
      return command(`${domain}.Create${noun}`, {
        summary: `Create a ${noun}`,
        input: createSchema(entity),
        output: record,
        access,
        uses,
        run: ({ input, ctx }) => of(ctx).insert(input),
      })
    case 'get':
      return command(`${domain}.Get${noun}`, {
        kind: 'query',
        summary: `Read a ${noun}`,
        input: z.object(key),
        output: record,
        access,
        uses,
        run: ({ input }) => loaded(input),
      })
    case 'update':
      return command(`${domain}.Update${noun}`, {
        summary: `Change fields of a ${noun}`,
        input: z.object({ ...expected, changes: changesSchema(entity) }),
        output: record,
        access,
        uses,
        run: ({ input, ctx }) =>
          of(ctx).update(loaded(input), patchOf(entity, input['changes'] as Record<string, unknown>), versionIn(input)),
      })
    case 'delete':
      return command(`${domain}.Delete${noun}`, {
        summary: `Delete a ${noun}`,
        destructive: !switches.softDelete,
        input: z.object(expected),
        output: record,
        access,
        uses,
        run({ input, ctx }) {
          of(ctx).delete(loaded(input), versionIn(input))
          return loaded(input)
        },
      })
    case 'find':
      return command(`${domain}.Find${plural ?? pluralOf(noun)}`, {
        kind: 'query',
        summary: `Find ${plural ?? pluralOf(noun)} by a filter, in an order, page by page`,
        input: findSchema(entity),
        output: z.object({ records: z.array(record), next: z.string().optional() }),
        access,
        uses,
        run: async ({ input, ctx }) => {
          const { records, next } = await of(ctx).find(input as FindOptions<Readonly<Record<string, unknown>>>)
          return { records: [...records], ...(next !== undefined && { next }) }
        },
      })
  }
}

/** The plural of a noun, by the general rules of English. */
export function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`
}
