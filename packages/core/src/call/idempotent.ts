import { systemErrors } from '../error/codes.ts'
import { marksData } from '../error/marked-data.ts'
import { hashOf } from '../manifest/hash.ts'
import { type KeptOutcome, keepOutcome, outcomeFromKept, valueTypeOf } from '../outcome/kept-outcome.ts'
import type { AnyFailure } from '../outcome/outcome.ts'
import { holdsAnnotation } from '../schema/annotate/annotate.ts'
import { toJson } from '../schema/to-json.ts'
import type { Frame } from './frame.ts'
import { over, type Stage } from './stages.ts'

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
    frame.outcome = outcomeFromKept(command, found.answer as KeptOutcome)
    return over
  })
}

/** Puts the answer into the unit that is about to be committed. */
export function keepAnswer(frame: Frame): void {
  const outcome = frame.outcome!
  if (!frame.claim || !outcome.ok) return
  const secret = holdsAnnotation(valueTypeOf(frame.command))
  frame.claim.record(frame.work.unit, keepOutcome(outcome), secret)
}

/** The command's own writes are undone, so its failure is kept in a small unit of its own. */
export async function keepFailure(frame: Frame): Promise<void> {
  const { outcome } = frame
  if (!frame.claim || !outcome || outcome.ok || !outcome.errors.every(isFinal)) return
  const { ports, tenant } = frame.root
  const unit = ports.transactions.begin({ mode: 'command', tenant })
  const secret = outcome.errors.some(({ facts }) => marksData(facts))
  frame.claim.record(unit, keepOutcome(outcome), secret)
  await unit.commit()
}

const isFinal = ({ code, retry }: AnyFailure) => retry === 'never' && !(code in systemErrors)
