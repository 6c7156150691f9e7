import { z } from 'zod'
import type { JsonSchema, SchemaSide } from './json-schema.ts'
import type { Schema } from './schema.ts'

/**
 * A type of any library that follows Standard Schema v1 (https://standardschema.dev), as far as it is used here. The
 * specification is made to be copied, so that nobody has to depend on it.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    validate(value: unknown): StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
    /** Standard JSON Schema v1, which some libraries have. */
    readonly jsonSchema?: { readonly [side in SchemaSide]: (options: { target: string }) => Record<string, unknown> }
  }
  /** Set by libraries that tell asynchronous types apart. */
  readonly async?: boolean
}

/** What a Standard Schema says about a value. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

/** What is wrong with a value, and where. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

const wrapped = new WeakMap<Schema, StandardSchema>()

/**
 * Makes a type of another library one of ours. Its issues become `Invalid` at their paths, with their messages.
 *
 * @param options `isAsync`: whether it is checked asynchronously. @default what the library says, else false
 * @example input: z.object({ email: standard(v.pipe(v.string(), v.email())) })
 */
export function standard<Input, Output>(
  schema: StandardSchema<Input, Output>,
  { isAsync = schema.async === true }: { isAsync?: boolean } = {},
): z.ZodType<Output, Input> {
  const { '~standard': own } = schema
  const settle = (result: StandardResult<Output>, context: z.core.$RefinementCtx): Output => {
    if (!result.issues) return result.value
    for (const { message, path = [] } of result.issues) {
      context.addIssue({ code: 'custom', message, path: path.map(keyOf) })
    }
    return z.NEVER
  }
  // The engine knows an asynchronous type by its `async` function.
  const type = isAsync
    ? z.transform(async (value, context) => settle(await own.validate(value), context))
    : z.transform((value, context) => {
        const result = own.validate(value)
        return result instanceof Promise ? result.then((later) => settle(later, context)) : settle(result, context)
      })
  wrapped.set(type, schema)
  return type as unknown as z.ZodType<Output, Input>
}

const keyOf = (segment: PropertyKey | { readonly key: PropertyKey }): PropertyKey =>
  typeof segment === 'object' ? segment.key : segment

/** The JSON Schema of a type from elsewhere, if its library writes one. */
export function standardJsonSchema(type: Schema, side: SchemaSide): JsonSchema | undefined {
  const converter = wrapped.get(type)?.['~standard'].jsonSchema
  if (!converter) return undefined
  try {
    const { $schema: _, ...json } = converter[side]({ target: 'draft-2020-12' }) as JsonSchema
    return json
  } catch {
    return undefined // The specification lets a library refuse a type; then it is as open as any code.
  }
}
