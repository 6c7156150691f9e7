import type { z } from 'zod'

/** What a name of the registry stands for. */
export type TypeKind = 'type' | 'caster' | 'validator' | 'transformer'

/** A building block that is added to a type: it checks a value, or changes it within its type. */
export type Block<Value = unknown> = z.core.$ZodCheck<Value>

/** What a type does with one configuration: documentation and test in one. */
export interface TypeExample {
  /** The arguments as data. @default none */
  readonly args?: Readonly<Record<string, unknown>>
  /** Values that are taken as they are. */
  readonly takes?: readonly unknown[]
  /** Values that become others. */
  readonly turns?: readonly (readonly [from: unknown, to: unknown])[]
  readonly refuses?: readonly unknown[]
}

/** A name of the registry. */
export interface TypeEntry {
  readonly name: string
  readonly kind: TypeKind
  /** One sentence. */
  readonly summary: string
  /** Other words by which it is found. */
  readonly tags: readonly string[]
  /** The type of the arguments; none where it takes none. */
  readonly args?: z.ZodObject
  /** What a validator or transformer is added to where it stands alone. */
  readonly on?: z.ZodType
  /** Makes the type, or the block, from checked arguments. */
  make(args: unknown): z.ZodType | Block | readonly Block[]
  readonly examples: readonly TypeExample[]
}
