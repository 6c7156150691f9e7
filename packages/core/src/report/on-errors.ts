import { after, type Hook, type HookEvent } from '../call/hooks.ts'
import type { Category, Severity } from '../error/codes.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { type ErrorQuery, matches } from './error-query.ts'
import { type ErrorRecord, recordOf } from './error-record.ts'

/** Which errors are told. */
export type ErrorWatch = Pick<ErrorQuery, 'code' | 'command' | 'path' | 'tenant'> & {
  /** This severity or a graver one. @default 'error' */
  readonly least?: Severity
  readonly category?: Category
}

/**
 * Hooks that tell somebody of each error that a call from outside ends with, e.g. a tracker or a chat. The call waits
 * for it; what it throws is logged and changes nothing.
 *
 * @example app('shop', { parts, hooks: onErrors({ least: 'error' }, (record) => tracker.send(record)) })
 */
export function onErrors(watch: ErrorWatch, tell: (record: ErrorRecord) => Maybe<void>): readonly Hook[] {
  const query: ErrorQuery = { least: 'error', ...watch }
  const run = (event: HookEvent): Maybe<void> => {
    if (!event.outermost || !event.outcome || event.outcome.ok) return undefined
    const waiting: Promise<void>[] = []
    for (const failure of event.outcome.errors) {
      const record = recordOf(event, failure)
      const told = matches(record, query) ? tell(record) : undefined
      if (told !== undefined && isPromise(told)) waiting.push(told)
    }
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => undefined)
  }
  return [after('failed', run), after('errored', run)]
}
