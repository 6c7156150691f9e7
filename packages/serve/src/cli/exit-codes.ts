import { systemErrors, type AnyFailure, type FailureJson, type Outcome, type SystemCode } from '@heddle/core'

/** What a command line can end with. */
export interface ExitCode {
  readonly code: number
  readonly name: string
  readonly summary: string
}

/**
 * The one table of exit codes: `heddle help exit-codes` prints it, the documentation repeats it. 64–78 are those of
 * BSD's sysexits.h, 124 is that of timeout(1), 127 and 130 are those of the shell. 2 is left to `heddle check`.
 */
export const exitCodes = {
  ok: { code: 0, name: 'ok', summary: 'It did what it was asked.' },
  failed: { code: 1, name: 'failed', summary: 'It ended with a failure that the command declares.' },
  usage: { code: 64, name: 'usage', summary: 'The command line is wrong: an unknown flag, a missing argument.' },
  input: {
    code: 65,
    name: 'input',
    summary: 'The input does not fit its type, names what is not there, or asks for what can no longer be.',
  },
  unavailable: { code: 69, name: 'unavailable', summary: 'Something that the app needs cannot be reached.' },
  defect: { code: 70, name: 'defect', summary: 'A mistake in the code of the app or of Heddle.' },
  storage: { code: 74, name: 'storage', summary: 'The disk is full, or the database is locked, damaged or read-only.' },
  busy: {
    code: 75,
    name: 'busy',
    summary: 'Try again later: a conflict, a limit, a call in progress, a stopping app.',
  },
  denied: { code: 77, name: 'denied', summary: 'The caller is unknown or may not do this.' },
  setUp: {
    code: 78,
    name: 'set-up',
    summary: 'The app file, its configuration or a pending migration stops the start.',
  },
  deadline: { code: 124, name: 'deadline', summary: 'The time was up before the command ended.' },
  unknownCommand: { code: 127, name: 'unknown-command', summary: 'There is no command of this name.' },
  cancelled: { code: 130, name: 'cancelled', summary: 'It was interrupted.' },
} as const satisfies Record<string, ExitCode>

/** The name of an exit code in the table. */
export type ExitName = keyof typeof exitCodes

const bySystemCode: Partial<Record<SystemCode, ExitName>> = {
  InvalidUsage: 'usage',
  UnknownCommand: 'unknownCommand',
  DeadlineExceeded: 'deadline',
  Cancelled: 'cancelled',
  RunCancelled: 'failed',
  Conflict: 'busy',
  InProgress: 'busy',
  LeaseLost: 'busy',
  RateLimited: 'busy',
  LimitReached: 'busy',
  ShuttingDown: 'busy',
  Unavailable: 'unavailable',
  PortInUse: 'unavailable',
  DiskFull: 'storage',
  FileCannotGrow: 'storage',
  DatabaseReadOnly: 'storage',
  DatabaseDamaged: 'storage',
  DatabaseForeign: 'storage',
  DatabaseUnsuitable: 'storage',
  OwnerDamaged: 'storage',
  LogDamaged: 'storage',
  DatabaseOfOtherApp: 'setUp',
  DatabaseTooNew: 'storage',
  DatabaseLocked: 'storage',
  MigrationNeeded: 'setUp',
  MigrationChanged: 'setUp',
  TableDiffers: 'setUp',
  InvalidConfig: 'setUp',
  Undecryptable: 'setUp',
  InvalidAppFile: 'setUp',
  OldNode: 'setUp',
  InvalidDefinition: 'setUp',
  DuplicateName: 'setUp',
  MissingPart: 'setUp',
  DomainCycle: 'setUp',
  UndeclaredDependency: 'setUp',
}

type AnyError = Pick<AnyFailure | FailureJson, 'code' | 'category'>

/** How a command line ends after this failure. */
export function exitOfFailure({ code, category }: AnyError): ExitCode {
  if (category === 'domain') return exitCodes.failed
  const known = Object.hasOwn(systemErrors, code) ? bySystemCode[code as SystemCode] : undefined
  if (known) return exitCodes[known]
  // What never becomes right is not worth another try.
  if (category === 'data' || (category === 'runtime' && isFinal(code))) return exitCodes.input
  if (category === 'auth') return exitCodes.denied
  if (category === 'external') return exitCodes.unavailable
  return category === 'runtime' ? exitCodes.busy : exitCodes.defect
}

const isFinal = (code: string): boolean =>
  Object.hasOwn(systemErrors, code) && systemErrors[code as SystemCode].retry === 'never'

/** How a command line ends after this outcome: its first error decides. */
export function exitOf(outcome: Outcome<unknown, AnyError>): ExitCode {
  if (outcome.ok) return exitCodes.ok
  const [first] = outcome.errors
  return first ? exitOfFailure(first) : exitCodes.defect
}
