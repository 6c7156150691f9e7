import { z } from 'zod'
import { isStream } from '../command/stream-output.ts'
import type { CommandFacts } from '../command/types.ts'
import { declaredFacts } from '../error/declared.ts'
import { Failure, type FailureJson } from '../error/failure.ts'
import { castOutput } from '../schema/cast.ts'
import type { Schema } from '../schema/schema.ts'
import { toJson } from '../schema/to-json.ts'
import { type AnyFailure, failed, type Outcome, success } from './outcome.ts'

/** An outcome as it is kept, to be given again: plain JSON, with the data of its failures unmasked. */
export type KeptOutcome =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly errors: readonly FailureJson[] }

/** Turns an outcome into what is kept of it. What is marked in it is in it: whoever keeps it encrypts it. */
export function keepOutcome(outcome: Outcome<unknown, AnyFailure>): KeptOutcome {
  return outcome.ok ? { ok: true, value: toJson(outcome.value) } : { ok: false, errors: outcome.errors.map(wholeJson) }
}

/** The outcome that was kept of a command, with the facts that the command declares today. */
export function outcomeFromKept(
  command: Pick<CommandFacts, 'output' | 'errors'>,
  kept: KeptOutcome,
): Outcome<unknown, AnyFailure> {
  if (!kept.ok) return failed(kept.errors.map((json) => failureFromJson(command.errors, json)))
  const type = valueTypeOf(command)
  return success(isNothing(type, kept.value) ? undefined : castOutput(type, kept.value))
}

/** JSON has one word for nothing: where the type does not take it, there was no value at all. */
const isNothing = (type: Schema, value: unknown): boolean =>
  value === null && !takes(type, null) && takes(type, undefined)

function takes(type: Schema, value: unknown): boolean {
  try {
    return z.safeParse(type as z.core.$ZodType, value).success
  } catch {
    // A type that waits for something cannot be asked here.
    return false
  }
}

/** The type of the value in an outcome. */
export const valueTypeOf = ({ output }: Pick<CommandFacts, 'output'>): Schema =>
  isStream(output) ? output.final : output

const wholeJson = (failure: AnyFailure): FailureJson => ({ ...failure.toJSON(), data: toJson(failure.data) })

/** A failure that was kept as JSON. */
export function failureFromJson(errors: CommandFacts['errors'], kept: FailureJson): AnyFailure {
  const { code, data, path, message, via, category, severity, retry, help } = kept
  const declared = errors[code]
  const facts =
    declared && via.length === 0 ? declaredFacts(code, declared) : { category, severity, retry, message, help }
  return new Failure(code, data, facts, path, undefined, message, via)
}
