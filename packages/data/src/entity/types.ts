import type { InputOf, OutputOf, Schema } from '@heddle/core'

/** Field name → Zod type. */
export type Fields = Readonly<Record<string, Schema>>

type OptionalOutput<F extends Fields> = { [N in keyof F]: undefined extends OutputOf<F[N]> ? N : never }[keyof F]
type OptionalInput<F extends Fields> = { [N in keyof F]: undefined extends InputOf<F[N]> ? N : never }[keyof F]
type Flat<T> = { [N in keyof T]: T[N] }

/** A record: frozen, with a missing optional field absent. */
export type RecordFrom<F extends Fields> = Flat<
  { readonly [N in Exclude<keyof F, OptionalOutput<F>>]: OutputOf<F[N]> } & {
    readonly [N in OptionalOutput<F>]?: OutputOf<F[N]>
  }
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
