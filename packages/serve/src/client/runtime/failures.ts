import type { AnyFailure, Outcome, Retry } from './types.ts'

/** What a client finds out by itself. */
const own = {
  Unavailable: ['system', 'later', 'The server does not answer.', 'Try again when it does.'],
  DeadlineExceeded: [
    'runtime',
    'later',
    'The deadline passed before the command ended.',
    'Allow more time or ask for less.',
  ],
  Cancelled: ['runtime', 'later', 'The caller cancelled the command.', undefined],
  Incompatible: [
    'system',
    'never',
    'The server serves something else than this client was made from.',
    'Generate the client anew, or reload the page.',
  ],
} as const satisfies Readonly<Record<string, readonly [string, Retry, string, string | undefined]>>

/** A failure that no server told of. */
export function clientFailure(code: keyof typeof own, data: unknown = {}): AnyFailure {
  const [category, retry, message, help] = own[code]
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

/** The value of an outcome, or its errors thrown. */
export function valueOf<Value, Errors>(outcome: Outcome<Value, Errors>): Value {
  if (outcome.ok) return outcome.value
  throw new OutcomeError(outcome.errors as readonly AnyFailure[])
}
