import type { InputOf, OutputOf, Schema } from '@heddle/core'

/** Field name → Zod type. A `ref` keeps the key of the record that it refers to. */
export type Fields = Readonly<Record<string, Schema>>

/** Whether a type is a `ref`, perhaps an optional one. */
type IsRef<T> = T extends { readonly refersTo: unknown }
  ? true
  : T extends { readonly _zod: { readonly def: { readonly innerType: infer Inner } } }
    ? IsRef<Inner>
    : false

/** What a record holds in a field: the value, or the key of the record that it refers to. */
type StoredIn<T extends Schema> = IsRef<T> extends true ? InputOf<T> : OutputOf<T>

type OptionalOutput<F extends Fields> = { [N in keyof F]: undefined extends StoredIn<F[N]> ? N : never }[keyof F]
type OptionalInput<F extends Fields> = { [N in keyof F]: undefined extends InputOf<F[N]> ? N : never }[keyof F]
type Flat<T> = { [N in keyof T]: T[N] }

/** A record: frozen, with a missing optional field absent. */
export type RecordFrom<F extends Fields> = Flat<
  { readonly [N in Exclude<keyof F, OptionalOutput<F>>]: StoredIn<F[N]> } & {
    readonly [N in OptionalOutput<F>]?: StoredIn<F[N]>
  }
>

/** Switches of an entity that add fields which Heddle writes. */
export interface Switches {
  readonly softDelete?: boolean | undefined
  readonly timestamps?: boolean | undefined
  readonly versions?: boolean | undefined
}

/** A record with the fields that the entity's switches add. */
export type WholeRecord<F extends Fields, S extends Switches> = Flat<
  RecordFrom<F> &
    (S['softDelete'] extends true ? { readonly deletedAt?: Date } : unknown) &
    (S['timestamps'] extends true ? { readonly createdAt: Date; readonly updatedAt: Date } : unknown) &
    (S['versions'] extends true ? { readonly version: number } : unknown)
>

/** A key of this type is made up when an insert leaves it out. */
type MadeUp<F extends Fields, K extends keyof F> = F[K] extends {
  readonly _zod: { readonly def: { readonly format: 'uuid' } }
}
  ? K
  : never

/** What an insert takes: fields with a default and a key of type uuid may be left out. */
export type NewFrom<F extends Fields, K extends keyof F> = Flat<
  { readonly [N in Exclude<keyof F, OptionalInput<F> | MadeUp<F, K>>]: InputOf<F[N]> } & {
    readonly [N in OptionalInput<F> | MadeUp<F, K>]?: InputOf<F[N]>
  }
>

/** What an update takes: any fields but the key. */
export type PatchFrom<F extends Fields, K extends keyof F> = Flat<{
  readonly [N in Exclude<keyof F, K>]?: InputOf<F[N]>
}>

/** A path from a record to the one that it refers to, by a field that holds its key. */
export interface One<Rec, Paths, Missing extends boolean> {
  readonly one: Rec
  readonly paths: Paths
  /** Whether there may be none. */
  readonly missing: Missing
}

/** A path from a record to those that refer to it. */
export interface Many<Rec, Paths, New = never> {
  readonly many: Rec
  readonly paths: Paths
  /** What a new one is made of, without the field that refers to the owner. Carries types only. */
  readonly new?: (values: New) => void
}

/** The types that an entity or a repository carries. */
export interface Typed<Rec, Paths, New = never> {
  readonly types?: { readonly record: Rec; readonly paths: Paths; readonly new: (values: New) => void }
}

/** The types of what is stored: an entity, or the port of its repository, which knows more paths. */
export interface Stored<Rec, New, Patch, Paths, Name extends string, KeyName extends string> {
  readonly name: Name
  readonly types?: {
    readonly record: Rec
    readonly new: (values: New) => void
    readonly patch: (patch: Patch) => void
    readonly paths: Paths
    readonly keyName: KeyName
  }
}

type TargetOf<T> = T extends { readonly refersTo: { readonly target: infer Target } }
  ? Target
  : T extends { readonly _zod: { readonly def: { readonly innerType: infer Inner } } }
    ? TargetOf<Inner>
    : never

/** The paths that the references of an entity open. */
export type RefPaths<F extends Fields> = {
  readonly [N in keyof F as IsRef<F[N]> extends true ? N : never]: TargetOf<F[N]> extends Typed<infer Rec, infer Paths>
    ? One<Rec, Paths, undefined extends InputOf<F[N]> ? true : null extends InputOf<F[N]> ? true : false>
    : never
}

/** Which paths to load: `true`, or those that go on from there. */
export type With<Paths> = { readonly [N in keyof Paths]?: true | With<PathsBehind<Paths[N]>> }

type PathsBehind<P> = P extends { readonly paths: infer Paths } ? Paths : never

/** A record with what was loaded along the paths. */
export type Loaded<Rec, Paths, W> = [keyof W] extends [never]
  ? Rec
  : Flat<
      Omit<Rec, keyof W> & {
        readonly [N in keyof W & keyof Paths]: LoadedAt<Paths[N], W[N] extends true ? {} : W[N]>
      }
    >

/** A record, whatever was loaded with it: paths may stand where keys do. */
export type Known<Rec, Paths> = [keyof Paths] extends [never]
  ? Rec
  : { readonly [N in keyof Rec]: N extends keyof Paths ? unknown : Rec[N] }

type LoadedAt<P, W> =
  P extends One<infer Rec, infer Paths, infer Missing>
    ? Loaded<Rec, Paths, W> | (Missing extends true ? undefined : never)
    : P extends Many<infer Rec, infer Paths>
      ? readonly Loaded<Rec, Paths, W>[]
      : never

/** The record at the end of one reference. */
export type OwnerOf<Paths, N> = N extends keyof Paths
  ? Paths[N] extends One<infer Rec, unknown, infer Missing>
    ? Rec | (Missing extends true ? undefined : never)
    : never
  : never

/** The paths that go on behind one. */
export type PathsAt<Paths, N> = N extends keyof Paths ? PathsBehind<Paths[N]> : never
