import type { Schema } from '@heddle/core'
import { z } from 'zod'

/** The run that documents show. */
const run = '3f0e7c2a9b5d4e1f8a6b7c8d9e0f1a2b'

/** The example of a command that takes a run alone. */
export const runExamples: readonly { readonly run: string }[] = [{ run }]

/**
 * The examples of a command that brings something to a run: those that the type of it has in its metadata.
 *
 * @example z.object({ approved: z.boolean() }).meta({ examples: [{ approved: true }] })
 */
export function broughtExamples(field: string, type: Schema): { readonly [field: string]: unknown }[] {
  const { examples = [] } = z.globalRegistry.get(type as z.ZodType) ?? {}
  return (examples as readonly unknown[]).map((example) => ({ run, [field]: example }))
}

/** Any run of a kind may end with any of the errors that the kind declares: the first example stands for each. */
export const endExamples = (errors: object, [example]: readonly unknown[]): Record<string, never> =>
  example === undefined ? {} : Object.fromEntries(Object.keys(errors).map((code) => [code, example as never]))
