import type {
  Access,
  AnyCommand,
  AnyFailure,
  Context,
  Failure,
  Hook,
  InputFor,
  InputOf,
  ItemOf,
  Maybe,
  Outcome,
  OutputOf,
  OwnErrors,
  Policy,
  Port,
  Schema,
  ValueOf,
  Deprecation,
} from '@heddle/core'
import type { Reply } from './reply.ts'

/** Makes the input of the command behind from one that callers know. */
export interface InputTransformer<Type extends Schema, Made> {
  readonly type: Type
  /** Gets what was checked, with its records loaded. */
  readonly map: (input: OutputOf<Type>, ctx: Context) => Maybe<Made>
  /**
   * Where places of the input behind come from, so that its errors are told there: `{ cents: 'amount/value' }`; `#` is any
   * index. @default a field of the same name; else the input as a whole
   */
  readonly places?: Readonly<Record<string, string>>
  /** Ports that `map` uses. */
  readonly uses?: readonly Port[]
}

/** Makes what callers get from what the command behind gives, e.g. `keysOf(Account)`. */
export interface ResultTransformer<Type extends Schema, Given> {
  readonly type: Type
  readonly map: (given: Given, ctx: Context) => Maybe<InputOf<Type>>
  /** Ports that `map` uses. */
  readonly uses?: readonly Port[]
}

/** The same for streamed items. */
export interface ItemTransformer<Type extends Schema, Given> {
  readonly type: Type
  readonly map: (given: Given, ctx: Context) => InputOf<Type>
}

/** A declared error under another code, and with other data where a type is given. */
export interface ErrorTransformer<Data> {
  readonly as: string
  readonly type?: Schema
  readonly map?: (data: Data) => unknown
}

type CodeOf<Inner extends AnyCommand> =
  OwnErrors<Inner> extends { readonly code: infer Code extends string } ? Code : never
type DataOf<Inner extends AnyCommand, Code> =
  Extract<OwnErrors<Inner>, { readonly code: Code }> extends { readonly data: infer Data } ? Data : never

/** Declared errors of a command that are told otherwise, by their codes. */
export type ErrorTransformers<Inner extends AnyCommand> = {
  readonly [Code in CodeOf<Inner>]?: ErrorTransformer<DataOf<Inner, Code>>
}

type Told<Transformer> = Transformer extends { readonly as: infer Code extends string }
  ? Failure<Code, Transformer extends { readonly type: infer Type extends Schema } ? OutputOf<Type> : unknown>
  : never

/** The failures of a command as callers know them. */
export type ToldErrors<Inner extends AnyCommand, Errors> =
  | Exclude<OwnErrors<Inner>, { readonly code: keyof Errors }>
  | { [Code in keyof Errors]: Told<Errors[Code]> }[keyof Errors]

/** How a command is made ready for callers. */
export interface Exposure<
  Inner extends AnyCommand,
  Name extends string,
  Input extends Schema,
  Output extends Schema,
  Item extends Schema,
  Errors extends ErrorTransformers<Inner>,
> {
  /** Its full name. @default that of the command behind with its version, e.g. `bank.PayV1` */
  readonly as?: Name
  /** Which version of its address it is: version 1 of `bank.Pay`, or of `bank.PayV1`, is served at `/v1/bank/Pay` too. */
  readonly version?: number
  /** Callers should leave it: headers, documents and `heddle check` tell since when, until when, and for what. */
  readonly deprecated?: Deprecation
  /** Who may call it; the command behind may stay closed. A rule sees the input of this one. */
  readonly access: Access
  /** @default that of the command behind */
  readonly summary?: string
  readonly description?: string
  /** @default those of the command behind, where it has the same input */
  readonly examples?: readonly InputOf<Input>[]
  /** By declared code: an input that fails with it. @default those of the command behind, where it has the same input */
  readonly errorExamples?: Readonly<Record<string, InputOf<Input>>>
  readonly requirements?: readonly string[]
  readonly hooks?: readonly Hook[]
  readonly policies?: readonly Policy[]
  /** @default the input of the command behind */
  readonly input?: InputTransformer<Input, InputFor<Inner>>
  /** @default the value of the command behind */
  readonly result?: ResultTransformer<Output, ValueOf<Inner>>
  /** For a streamed output. @default the items of the command behind */
  readonly item?: ItemTransformer<Item, ItemOf<Inner>>
  /** By its codes in the command behind. @default as they are */
  readonly errors?: Errors & ErrorTransformers<Inner>
  /** Sensitive fields of the value that callers get, e.g. `['key', 'owners/#/phone']`. @default none */
  readonly exposed?: readonly string[]
  /** What an answer over HTTP says besides, e.g. a cookie. It sees the value with its sensitive fields. */
  readonly respond?: (outcome: Outcome<OutputOf<Output>, AnyFailure>) => Reply | undefined
}

/** The same of whatever types. */
export type AnyExposure = Exposure<AnyCommand, string, Schema, Schema, Schema, {}>
