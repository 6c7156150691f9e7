import type { AnyFailure, CommandSection, FailureJson, Outcome } from '@heddle/core'
import { asOfCalled, laterOf } from '../called-later.ts'
import { usageFailure } from './flag-tokens.ts'
import type { BegunValues } from './options.ts'
import { durationOf, timeOf } from './time-flags.ts'

type AnyOutcome = Outcome<unknown, AnyFailure | FailureJson>

/** The call that a command line asks for: that of the command it names, or of the one that calls it later. */
export interface AskedCall {
  readonly name: string
  readonly begins: CommandSection['begins']
  /** The input of the call, made from that of the command. */
  input(given: unknown): unknown
  /** Its outcome, with errors that lie where the command line has what they are about. */
  outcome(given: AnyOutcome): AnyOutcome
}

/** @throws {Failure} InvalidUsage */
export function callAsked(
  section: CommandSection,
  commands: Readonly<Record<string, CommandSection>>,
  { later, at, delay, priority, wait }: BegunValues,
): AskedCall {
  const { name, begins } = section
  const way = laterOf(section, commands)
  const isLater = later ?? (at !== undefined || delay !== undefined || priority !== undefined)
  if (!way || !isLater) {
    if (way && !begins && wait) throw usageFailure('--wait waits for a job; give --later, --at or --delay with it')
    return { name, begins, input: (given) => given, outcome: (given) => given }
  }
  if (priority !== undefined && !/^\d$/.test(priority)) throw usageFailure('--priority is a digit, 0 to 9')
  const when = {
    ...(at !== undefined && { at: timeOf('--at', at) }),
    ...(delay !== undefined && { delay: durationOf('--delay', delay) }),
    ...(priority !== undefined && { priority: Number(priority) }),
  }
  return {
    name: way.name,
    begins: way.begins,
    input: (given) => ({ ...when, ...(given !== undefined && { input: given }) }),
    outcome: (given) => (given.ok ? given : { ok: false, errors: asOfCalled(given.errors) }),
  }
}
