import { type Access, type AnyCommand, Defect } from '@heddle/core'
import type { AnyEntity, Entity } from '../entity/entity.ts'
import type { Stored, With } from '../entity/types.ts'
import type { Paths as AnyPaths } from '../repository/associations.ts'
import { type RepositoryPort, repository } from '../repository/repository.ts'
import type { AnyWith } from '../repository/load-paths.ts'
import { crudCommand } from './crud-commands.ts'
import { listCommand } from './list-commands.ts'
import { planParts } from './part-plan.ts'
import type {
  AutocrudOptions,
  CrudCommands,
  CrudVerb,
  ListCommands,
  ListName,
  ListVerb,
  PartsOf,
  UsualVerb,
} from './types.ts'

/** Where records are: an entity, or the port of its repository with its associations. */
type Source = { readonly entity: AnyEntity; readonly paths: () => AnyPaths } | AnyEntity

/** A port of a repository whose types nobody knows. */
export type AnyRepositoryPort = RepositoryPort<unknown, never, never, never, unknown>

/** What the commands of an entity are made of. */
export interface Crud {
  readonly entity: AnyEntity
  readonly port: AnyRepositoryPort
  readonly domain: string
  readonly noun: string
  readonly plural: string
}

/**
 * Derives commands from an entity: they create, read, update, delete, find and count its records on every surface, with
 * the types, constraints and hooks of the entity. With a repository they reach along its associations, as far as is said.
 *
 * @throws {Defect} InvalidDefinition for parts and lists that cannot be written
 * @example
 * autocrud(Account, { access: 'bank:admin' })
 * autocrud(Orders, { access: 'shop:serve', parts: { items: true }, with: { customer: true }, lists: ['tags'] })
 */
export function autocrud<
  Rec,
  New,
  Patch,
  Paths,
  Name extends string,
  KeyName extends string,
  const Only extends CrudVerb = UsualVerb,
  const Parts extends PartsOf<Paths> = {},
  const W extends With<Paths> = {},
  const List extends ListName<Paths> = never,
>(
  source: Stored<Rec, New, Patch, Paths, Name, KeyName> & Source,
  options: AutocrudOptions<Only, Paths, Parts, W, List>,
): Pick<CrudCommands<Rec, New, Patch, Paths, Parts, W, Name, KeyName>, Only> &
  ListCommands<Rec, Paths, List, Name, KeyName> {
  const { only = usual, lists = [] } = options
  const access = accessOf(options.access)
  const port = portOf(source)
  const { name } = port.entity
  const dot = name.lastIndexOf('.')
  const noun = name.slice(dot + 1)
  const { plural = pluralOf(noun) } = options
  const crud: Crud = { entity: port.entity, port, domain: name.slice(0, dot), noun, plural }
  const parts = planParts(crud.entity, port.paths(), (options.parts ?? {}) as AnyWith)
  const asked = (options.with ?? {}) as AnyWith
  const made = only.map((verb): [string, AnyCommand] => [verb, crudCommand(crud, verb, access(verb), parts, asked)])
  for (const list of lists) {
    for (const verb of ['append', 'remove'] as const)
      made.push([`${verb}${capitalized(list)}`, listCommand(crud, verb, list, access(verb))])
  }
  // The schemas are made at run time, from the same definition from which the types are made.
  return Object.fromEntries(made) as never
}

const usual: readonly UsualVerb[] = ['create', 'get', 'update', 'delete', 'find', 'count']

const accessOf =
  (access: Access | Readonly<Record<string, Access>>) =>
  (verb: CrudVerb | ListVerb): Access => {
    if (typeof access !== 'object') return access
    const found = access[verb]
    if (found !== undefined) return found
    throw new Defect('InvalidDefinition', { name: 'autocrud', reason: `nobody may "${verb}"; say who in \`access\`` })
  }

const portOf = (source: Source): AnyRepositoryPort =>
  ('entity' in source ? source : repository(source as Entity<never, never, never, never>)) as AnyRepositoryPort

/** The name of a list inside the name of a command. */
export const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The plural of a noun, by the general rules of English. */
export function pluralOf(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`
  return /(?:s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`
}
