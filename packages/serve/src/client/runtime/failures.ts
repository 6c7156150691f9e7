import type { AnyFailure, Outcome, Retry } from './types.ts'

/** What a client finds out by itself. */
const own = {
  Unavailable: ['system', 'later', 'The server does not answer.'],
  DeadlineExceeded: [
    'runtime',
    'later',
    'The deadline passed before the command ended.',
    'Allow more time or ask for less.',
  ],
  Cancelled: ['runtime', 'later', 'The caller cancelled the command.'],
  Incompatible: [
    'system',
    'never',
    'The server serves something else than this client was made from.',
    'Generate the client anew, or reload the page.',
  ],
  InvalidOption: ['data', 'never'],
  InvalidCredentials: ['auth', 'never'],
  MalformedInput: ['data', 'never'],
} as const satisfies Readonly<Record<string, readonly [string, Retry, string?, string?]>>

/** A failure that no server told of. */
export function clientFailure(code: keyof typeof own, data: unknown = {}, about = ''): AnyFailure {
  const [category, retry, message = about, help]: readonly [string, Retry, string?, string?] = own[code]
  const facts = {
    code,
    key: `${category}:${code}`,
    path: [],
    via: [],
    category,
    severity: category === 'runtime' ? 'warning' : 'error',
    message,
    data,
    retry,
  }
  return help === undefined ? facts : { ...facts, help }
}

/** An outcome that failed. */
export const failed = (...errors: readonly AnyFailure[]): { ok: false; errors: readonly AnyFailure[] } => ({
  ok: false,
  errors,
})

/** Whether a wait that ended so is worth another try. */
export const isPassing = (failure: AnyFailure | undefined): boolean =>
  failure?.via.length === 0 && ['DeadlineExceeded', 'Unavailable', 'ShuttingDown'].includes(failure.code)

/** What `callOrThrow` throws: the errors of an outcome, the first of them as its message. */
export class OutcomeError<Errors extends AnyFailure = AnyFailure> extends Error {
  override readonly name: string = 'OutcomeError'
  readonly errors: readonly Errors[]

  constructor(errors: readonly Errors[]) {
    super(errors.map(({ key, message }) => `${key}: ${message}`).join('\n'))
    this.errors = errors
  }
}

/** What the caller has to mend: thrown within the client, and told in the outcome. Never says a value that may be secret. */
export function misuse(
  option: string,
  reason: string,
  code: 'InvalidOption' | 'InvalidCredentials' | 'MalformedInput' = 'InvalidOption',
): OutcomeError {
  return new OutcomeError([clientFailure(code, { option, reason }, `"${option}" cannot be used: ${reason}.`)])
}

/** What is told of an exception. */
export const failureOf = (cause: unknown): AnyFailure =>
  cause instanceof OutcomeError ? cause.errors[0]! : clientFailure('Unavailable', { reason: reasonOf(cause) })

/** In place of a rejection. */
export const rejected = (cause: unknown) => failed(failureOf(cause))

/** What an exception says. */
export const reasonOf = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause))

/** The value of an outcome, or its errors thrown. */
export function valueOf<Value, Errors>(outcome: Outcome<Value, Errors>): Value {
  if (outcome.ok) return outcome.value
  throw new OutcomeError(outcome.errors as readonly AnyFailure[])
}
