/**
 * The least that a type must have: Zod 4's own carrier of the input and output types. Constraining by this shape and
 * not by `z.ZodType` keeps the type checker fast on apps with thousands of commands.
 */
export interface Schema<Output = unknown, Input = unknown> {
  readonly _zod: { readonly output: Output; readonly input: Input }
}

/** What a caller passes in. */
export type InputOf<S> = S extends { readonly _zod: { readonly input: infer Input } } ? Input : never

/** What comes out of the check. */
export type OutputOf<S> = S extends { readonly _zod: { readonly output: infer Output } } ? Output : never
