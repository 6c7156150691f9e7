import type { Access, Command } from '@heddle/core'
import type { CountOptions, FindOptions, Found } from '../repository/repository.ts'
import type { Many, One } from '../entity/types.ts'

/** What `autocrud` does with an entity unless it is told what to do. */
export type UsualVerb = 'create' | 'get' | 'update' | 'delete' | 'find' | 'count'

/** What `autocrud` can do with an entity: the last two are for one with `softDelete`. */
export type CrudVerb = UsualVerb | 'restore' | 'purge'

/** What it can do with a list of an entity. */
export type ListVerb = 'append' | 'remove'

type Flat<T> = { [N in keyof T]: T[N] }
type Behind<P> = P extends { readonly paths: infer Paths } ? Paths : never
type Deeper<W> = W extends true ? {} : W

/** The paths that lead to lists. */
export type ListName<Paths> = {
  [N in keyof Paths]: Paths[N] extends { readonly many: unknown } ? N : never
}[keyof Paths] &
  string

/** Lists of records that belong to their owner, and theirs in turn. */
export type PartsOf<Paths> = { readonly [N in ListName<Paths>]?: true | PartsOf<Behind<Paths[N]>> }

/** Paths that a caller asks for. */
export type Asked<W> = { readonly [N in keyof W]?: true | (W[N] extends true ? never : Asked<W[N]>) }

/** What a record with its parts is made of. */
export type NewWith<New, Paths, Parts> = [keyof Parts] extends [never]
  ? New
  : Flat<New & { readonly [N in keyof Parts & keyof Paths]?: readonly NewPart<Paths[N], Deeper<Parts[N]>>[] }>

type NewPart<P, Parts> = P extends Many<unknown, infer Paths, infer New> ? NewWith<New, Paths, Parts> : never

/** What may change: fields, `null` where one is taken away, and lists of parts, which are given whole. */
export type ChangesWith<Patch, Paths, Parts> = { readonly [N in keyof Patch]?: Patch[N] | null } & {
  readonly [N in keyof Parts & keyof Paths]?: readonly NewPart<Paths[N], Deeper<Parts[N]>>[]
}

/** A record with its parts, and with what a caller may have asked for. */
export type Shown<Rec, Paths, Parts, W> = [keyof Parts | keyof W] extends [never]
  ? Rec
  : Flat<
      Omit<Rec, keyof Parts | keyof W> & {
        readonly [N in keyof Parts & keyof Paths]: ShownAt<
          Paths[N],
          Deeper<Parts[N]>,
          N extends keyof W ? Deeper<W[N]> : {}
        >
      } & {
        readonly [N in Exclude<keyof W, keyof Parts> & keyof Paths & keyof Rec]:
          | Rec[N]
          | ShownAt<Paths[N], {}, Deeper<W[N]>>
      } & {
        readonly [N in Exclude<keyof W, keyof Parts | keyof Rec> & keyof Paths]?: ShownAt<Paths[N], {}, Deeper<W[N]>>
      }
    >

type ShownAt<P, Parts, W> =
  P extends Many<infer Rec, infer Paths, never>
    ? readonly Shown<Rec, Paths, Parts, W>[]
    : P extends One<infer Rec, infer Paths, boolean>
      ? Shown<Rec, Paths, Parts, W>
      : never

/** Refuses names beside those that there are. */
type NoOther<Given, Names> = { readonly [N in keyof Given]: N extends Names ? unknown : never }

/** How commands are derived. */
export interface AutocrudOptions<Only extends CrudVerb, Paths, Parts, W, List extends string> {
  /** Who may call them from outside: all of them, or each by its verb. */
  readonly access: Access | { readonly [V in Only | ([List] extends [never] ? never : ListVerb)]: Access }
  /** @default create, get, update, delete, find and count */
  readonly only?: readonly Only[]
  /** The noun in the names of the search and the count, e.g. `People`. @default the noun with an English plural */
  readonly plural?: string
  /**
   * Lists of records that belong to their owner: they are created, read, changed and deleted with it, as one. Each must
   * be a `hasMany` by a reference with `onDelete: 'cascade'`.
   *
   * @default none
   */
  readonly parts?: Parts & NoOther<Parts, ListName<Paths>>
  /** Paths along which callers may load related records, with `with`. They see those records. @default none */
  readonly with?: W & NoOther<W, keyof Paths>
  /** Lists that get commands to append to them and to remove from them. @default none */
  readonly lists?: readonly List[]
}

/** The domain and the noun in an entity's name. */
type DomainIn<Name extends string> = Name extends `${infer First}.${infer Rest}`
  ? Rest extends `${string}.${string}`
    ? `${First}.${DomainIn<Rest>}`
    : First
  : never
type NounIn<Name extends string> = Name extends `${string}.${infer Rest}` ? NounIn<Rest> : Name
type Named<Verb extends string, Name extends string> = `${DomainIn<Name>}.${Verb}${NounIn<Name>}`

type KeyOf<Rec, KeyName extends string> = { readonly [N in KeyName]: N extends keyof Rec ? Rec[N] : string | number }
type IfVersion = { readonly ifVersion?: number | undefined }
type WithAsked<W> = [keyof W] extends [never] ? unknown : { readonly with?: Asked<W> }

/** The commands, by verb. */
export interface CrudCommands<Rec, New, Patch, Paths, Parts, W, Name extends string, KeyName extends string> {
  readonly create: Command<
    Named<'Create', Name>,
    NewWith<New, Paths, Parts>,
    Shown<Rec, Paths, Parts, {}>,
    never,
    never
  >
  readonly get: Command<
    Named<'Get', Name>,
    KeyOf<Rec, KeyName> & WithAsked<W>,
    Shown<Rec, Paths, Parts, W>,
    never,
    never
  >
  readonly update: Command<
    Named<'Update', Name>,
    KeyOf<Rec, KeyName> & IfVersion & { readonly changes: ChangesWith<Patch, Paths, Parts> },
    Shown<Rec, Paths, Parts, {}>,
    never,
    never
  >
  readonly delete: Command<
    Named<'Delete', Name>,
    KeyOf<Rec, KeyName> & IfVersion,
    Shown<Rec, Paths, Parts, {}>,
    never,
    never
  >
  readonly restore: Command<Named<'Restore', Name>, KeyOf<Rec, KeyName>, Shown<Rec, Paths, Parts, {}>, never, never>
  readonly purge: Command<Named<'Purge', Name>, KeyOf<Rec, KeyName>, Rec, never, never>
  readonly find: Command<
    `${DomainIn<Name>}.Find${string}`,
    FindOptions<Rec> & WithAsked<W>,
    Found<Shown<Rec, Paths, Parts, W>>,
    never,
    never
  >
  readonly count: Command<
    `${DomainIn<Name>}.Count${string}`,
    CountOptions<Rec>,
    { readonly count: number },
    never,
    never
  >
}

/** What is appended to a list: new records where they refer to the owner, keys where a joining entity connects them. */
type AppendInput<P> =
  P extends Many<unknown, unknown, infer New>
    ? [New] extends [never]
      ? { readonly keys: readonly (string | number)[] }
      : { readonly records: readonly New[] }
    : never
type ElementOf<P> = P extends { readonly many: infer Rec } ? Rec : never

/** The commands of lists: `appendItems`, `removeItems`. */
export type ListCommands<Rec, Paths, List extends string, Name extends string, KeyName extends string> = {
  readonly [L in List as `append${Capitalize<L>}`]: Command<
    `${Named<'Append', Name>}${Capitalize<L>}`,
    KeyOf<Rec, KeyName> & AppendInput<L extends keyof Paths ? Paths[L] : never>,
    { readonly records: readonly ElementOf<L extends keyof Paths ? Paths[L] : never>[] },
    never,
    never
  >
} & {
  readonly [L in List as `remove${Capitalize<L>}`]: Command<
    `${Named<'Remove', Name>}${Capitalize<L>}`,
    KeyOf<Rec, KeyName> & { readonly keys: readonly (string | number)[] },
    { readonly records: readonly ElementOf<L extends keyof Paths ? Paths[L] : never>[] },
    never,
    never
  >
}
