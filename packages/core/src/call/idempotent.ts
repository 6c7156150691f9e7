import { systemErrors } from '../error/codes.ts'
import { Failure, type FailureJson } from '../error/failure.ts'
import { declaredFacts } from '../error/declared.ts'
import { marksData } from '../error/marked-data.ts'
import { hashOf } from '../manifest/hash.ts'
import { type AnyFailure, failed, type Outcome, success } from '../outcome/outcome.ts'
import { isStream } from '../command/stream-output.ts'
import { holdsAnnotation } from '../schema/annotate/annotate.ts'
import { castOutput } from '../schema/cast.ts'
import type { Schema } from '../schema/schema.ts'
import { toJson } from '../schema/to-json.ts'
import type { Frame } from './frame.ts'
import { over, type Stage } from './stages.ts'

/** The answer of a call as it is kept. */
type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly errors: FailureJson[] }

const never = new AbortController().signal

/**
 * The stage of a call with an idempotency key: it goes on with the claim, or is over with the recorded answer. Success
 * and declared failures are recorded; what may turn out otherwise next time is not.
 */
export const claim: Stage = (frame) => {
  const { idempotencyKey: key } = frame.options
  if (key === undefined) return
  frame.follow()
  const { root, command, lifetime } = frame
  const scope = { tenant: root.tenant, principal: frame.options.as?.id ?? '', command: command.name, key }
  const inputHash = hashOf(toJson(frame.validated))
  return root.ports.idempotency.claim(scope, inputHash, lifetime?.signal ?? never).then((found) => {
    if ('claim' in found) {
      frame.claim = found.claim
      return
    }
    frame.outcome = outcomeFrom(frame, found.answer as Answer)
    return over
  })
}

/** Puts the answer into the unit that is about to be committed. */
export function keepAnswer(frame: Frame): void {
  const outcome = frame.outcome!
  if (!frame.claim || !outcome.ok) return
  const secret = holdsAnnotation(valueTypeOf(frame))
  frame.claim.record(frame.work.unit, { ok: true, value: toJson(outcome.value) }, secret)
}

/** The command's own writes are undone, so its failure is kept in a small unit of its own. */
export async function keepFailure(frame: Frame): Promise<void> {
  const { outcome } = frame
  if (!frame.claim || !outcome || outcome.ok || !outcome.errors.every(isFinal)) return
  const { ports, tenant } = frame.root
  const unit = ports.transactions.begin({ mode: 'command', tenant })
  const secret = outcome.errors.some(({ facts }) => marksData(facts))
  frame.claim.record(unit, { ok: false, errors: outcome.errors.map(wholeJson) }, secret)
  await unit.commit()
}

/** With its data unmasked: who asks again gets the same failure. */
const wholeJson = (failure: AnyFailure): FailureJson => ({ ...failure.toJSON(), data: toJson(failure.data) })

const isFinal = ({ code, retry }: AnyFailure) => retry === 'never' && !(code in systemErrors)

function outcomeFrom(frame: Frame, answer: Answer): Outcome<unknown, AnyFailure> {
  if (!answer.ok) return failed(answer.errors.map((json) => failureFrom(frame, json)))
  return success(castOutput(valueTypeOf(frame), answer.value))
}

function valueTypeOf({ command: { output } }: Frame): Schema {
  return isStream(output) ? output.final : output
}

/** A kept failure with the facts that its command declares today. */
function failureFrom(frame: Frame, { code, data, path, message, via, category, severity, retry, help }: FailureJson) {
  const declared = frame.command.errors[code]
  const facts =
    declared && via.length === 0 ? declaredFacts(code, declared) : { category, severity, retry, message, help }
  return new Failure(code, data, facts, path, undefined, message, via)
}
