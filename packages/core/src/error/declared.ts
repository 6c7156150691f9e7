import type { z } from 'zod'
import type { ErrorTypes } from '../command/types.ts'
import type { Schema } from '../schema/schema.ts'
import type { ErrorFacts } from './codes.ts'
import { noteMarks } from './marked-data.ts'

const stated = new WeakMap<Schema, Partial<ErrorFacts>>()

/**
 * Says more of a declared error than the type of its data.
 *
 * @example
 * errors: {
 *   InsufficientFunds: error(z.object({ missing: z.int() }), { message: '{missing} cents are missing', retry: 'later' }),
 * }
 */
export function error<Data extends Schema>(data: Data, facts: Partial<ErrorFacts>): Data {
  const own = (data as unknown as z.ZodType).clone() as unknown as Data
  stated.set(own, facts)
  return own
}

/** The facts of a declared error. */
export function declaredFacts(code: string, data: Schema): ErrorFacts {
  const facts: ErrorFacts = { category: 'domain', severity: 'info', retry: 'never', message: sentence(code) }
  return noteMarks({ ...facts, ...stated.get(data) }, data)
}

/** The facts of every declared error, by code. */
export function allDeclaredFacts(errors: ErrorTypes): Readonly<Record<string, ErrorFacts>> {
  return Object.fromEntries(Object.entries(errors).map(([code, data]) => [code, declaredFacts(code, data)]))
}

/** `InsufficientFunds` → `Insufficient funds.` */
function sentence(code: string): string {
  const words = code.replaceAll(/(?<=[a-z0-9])(?=[A-Z])/g, ' ').toLowerCase()
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}
