import {
  type AnyFailure,
  type CommandFacts,
  castOutput,
  declaredFacts,
  type ErrorFacts,
  Failure,
  type Json,
  Defect,
  systemErrors,
  systemFailure,
} from '@heddle/core'
import { z } from 'zod'

/** An error as another app tells it. What it may add one day is passed over. */
const Told = z.object({
  code: z.string(),
  path: z.array(z.union([z.string(), z.number()])).default([]),
  via: z.array(z.string()).default([]),
  category: z.enum(['data', 'runtime', 'domain', 'system', 'auth', 'external']),
  severity: z.enum(['debug', 'info', 'warning', 'error', 'fatal']).catch('error'),
  message: z.string(),
  data: z.unknown(),
  retry: z.union([z.enum(['never', 'later']), z.object({ afterMs: z.number().nonnegative() })]).catch('never'),
  help: z.string().optional(),
})
const ToldErrors = z.array(Told).min(1)

/**
 * The errors that another app tells, as if they had been made here: a declared one with its type, one of Heddle's own with its
 * facts. Undefined for what is no list of errors.
 */
export function failuresFrom(errors: CommandFacts['errors'], told: unknown): readonly AnyFailure[] | undefined {
  const read = ToldErrors.safeParse(told)
  return read.success ? read.data.map((each) => failureFrom(errors, each)) : undefined
}

function failureFrom(errors: CommandFacts['errors'], told: z.output<typeof Told>): AnyFailure {
  const { code, path, via, message, data } = told
  const declared = via.length === 0 && Object.hasOwn(errors, code) ? errors[code] : undefined
  if (!declared) return new Failure(code, data, factsOf(told), path, undefined, message, via)
  return new Failure(code, castOutput(declared, data as Json), declaredFacts(code, declared), path, undefined, message)
}

const factsOf = ({ code, category, severity, retry, message, help }: z.output<typeof Told>): ErrorFacts => ({
  ...(Object.hasOwn(systemErrors, code) ? systemErrors[code as keyof typeof systemErrors] : {}),
  category,
  severity,
  retry,
  message,
  ...(help !== undefined && { help }),
})

/** Nobody answered, or nobody who can be understood. @param isSafe whether the same may be asked again */
export function unavailable(what: string, isSafe: boolean, cause?: unknown): AnyFailure {
  if (isSafe) return systemFailure('Unavailable', { what }, { cause })
  // Whoever would try again might do it twice.
  return new Failure('Unavailable', { what }, { ...systemErrors.Unavailable, retry: 'never' }, [], cause)
}

/** What is said of a connection that broke in the middle. */
export const broken = (name: string): string => `${name} (the connection broke before it answered)`

/** The address of a call is refused by a defect, thrown where it is connected to; its caller gets it as a failure. */
export const isForbidden = (thrown: unknown): thrown is Defect =>
  thrown instanceof Defect && thrown.code === 'ForbiddenAddress'

const neverSent = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

/** Whether a request failed before anything of it was sent. */
export function wasNeverSent(thrown: unknown): boolean {
  if (thrown instanceof AggregateError && thrown.errors.length > 0) return thrown.errors.every(wasNeverSent)
  return neverSent.has(String((thrown as { code?: unknown } | undefined)?.code))
}
