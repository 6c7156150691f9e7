import { type Masker, maskerOf } from '../schema/annotate/mask.ts'
import { withheld, type Withholder, withholderOf } from '../schema/annotate/withhold.ts'
import { type Scrubber, scrubberOf } from '../schema/annotate/scrub.ts'
import type { Schema } from '../schema/schema.ts'
import type { ErrorFacts } from './codes.ts'

const maskers = new WeakMap<ErrorFacts, Masker>()
const withholders = new WeakMap<ErrorFacts, Withholder>()

/** Remembers what the type of an error's data marks. A failure holds the facts of its error, and not the type. */
export function noteMarks(facts: ErrorFacts, data: Schema): ErrorFacts {
  const masker = maskerOf(data, 'output')
  if (masker) maskers.set(facts, masker)
  const withholder = withholderOf(data, 'error')
  if (withholder) withholders.set(facts, withholder)
  return facts
}

/** Whether something in the data of an error is marked. */
export const marksData = (facts: ErrorFacts): boolean => maskers.has(facts)

/** The data of a failure without its marked values. */
export function maskData(facts: ErrorFacts, data: unknown): unknown {
  const masker = maskers.get(facts)
  return masker ? masker(data) : data
}

/** The data of a failure as it leaves the process: without secrets, and with personal data masked. */
export function withholdData(facts: ErrorFacts, data: unknown): unknown {
  const withholder = withholders.get(facts)
  const told = withholder ? withholder(data) : data
  return told === withheld ? null : told
}

/** Takes the marked values of the data out of a text that was written where the failure was made. */
export function dataScrubber(facts: ErrorFacts, data: unknown): Scrubber | undefined {
  const masker = maskers.get(facts)
  return masker && scrubberOf([[masker, data]])
}
