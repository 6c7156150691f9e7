import type { Json } from '@heddle/core'
import type { TableRow } from '@heddle/serve'
import type { Argument } from './cli-command.ts'
import type { Out } from './out.ts'

/** How many there are at most in one page. */
export const limitArgument = {
  type: 'number',
  default: 100,
  summary: 'How many at most',
} as const satisfies Argument

/** One page of a list, for people. */
export interface ShownPage {
  /** The name of the tool's command that lists. */
  readonly of: string
  readonly rows: readonly TableRow[]
  /** What is said where there is none, e.g. `there are no runs`. */
  readonly none: string
  /** Where the next page begins; missing behind the last one. */
  readonly next: string | number | undefined
  /** Whether nothing may come behind it all the same. @default false */
  readonly mayBeLast?: boolean
}

/** Shows a page of a list: people are told how to get the next one, programs find that in the value. */
export function showPage(out: Out, value: Json, { of, rows, none, next, mayBeLast = false }: ShownPage): void {
  const word = mayBeLast ? 'may be' : 'are'
  const more = next === undefined ? [] : [`There ${word} more: heddle ${of} --after ${next}`]
  out.show(value, rows.length === 0 ? [none] : [...out.table(rows), ...more])
}
