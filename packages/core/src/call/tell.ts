import { shownThrown } from '../error/shown-thrown.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { Frame } from './frame.ts'
import { logFields } from './log-fields.ts'
import { callScrubber } from './secrets.ts'
import type { Stage } from './stages.ts'

/**
 * Runs hooks that cannot change the outcome any more. What they throw is logged and the next one runs all the same, also
 * where the time of the call is up.
 */
export function tell(frame: Frame, hooks: readonly Stage[], from = 0): Maybe<void> {
  for (let index = from; index < hooks.length; index++) {
    try {
      const told = hooks[index]!(frame)
      if (told === undefined || !isPromise(told)) continue
      return told.then(
        () => tell(frame, hooks, index + 1),
        (thrown: unknown) => {
          logThrown(frame, thrown)
          return tell(frame, hooks, index + 1)
        },
      )
    } catch (thrown) {
      logThrown(frame, thrown)
    }
  }
}

/** Logs what a hook threw when it was too late to change the outcome. */
export function logThrown(frame: Frame, thrown: unknown): void {
  const { ports } = frame.root
  const shown = shownThrown(thrown)
  const cause = callScrubber(frame)?.text(shown) ?? shown
  ports.log.write('error', `a hook at the end of ${frame.command.name} threw`, { ...logFields(frame), cause })
}
