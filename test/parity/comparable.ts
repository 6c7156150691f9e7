import type { FailureJson } from '@heddle/core'
import type { ToldOutcome } from './driver.ts'

/**
 * An outcome as it has to be the same over every surface. Times of this test differ from app to app, and so do
 * ids: each is replaced by its place in the order in which they appear.
 */
export function comparable(outcome: ToldOutcome): unknown {
  const names = new Map<string, string>()
  const name = (text: string) => {
    if (!names.has(text)) names.set(text, `<id ${names.size + 1}>`)
    return names.get(text)!
  }
  const told = outcome.ok ? withoutNothing(outcome) : { ...outcome, errors: outcome.errors.map(withoutInsides) }
  const text = JSON.stringify(told)
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, (found) =>
      Date.parse(found) < performance.timeOrigin ? found : '<now>',
    )
    .replaceAll(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{32}\b/g, (found) => name(found))
  return JSON.parse(text)
}

/** JSON has one word for nothing, and some surfaces leave it out. */
export const withoutNothing = ({ value, ...rest }: ToldOutcome & { ok: true }) =>
  value === null ? rest : { ...rest, value }

/** Whether an error tells what only those at the machine are told. */
export const tellsInsides = ({ category, code, data }: FailureJson): boolean =>
  category === 'system' && code !== 'Internal' && JSON.stringify(data) !== '{}'

/** Who sits at the machine is told which file or server a system error concerns; others are told its code. */
function withoutInsides(error: FailureJson): object {
  const { data: _, message: __, ...rest } = error
  return error.category === 'system' && error.code !== 'Internal' ? rest : error
}
