import { shownThrown } from '../error/shown-thrown.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { Frame } from './frame.ts'
import type { Stage } from './stages.ts'

/**
 * Runs hooks that cannot change the outcome any more. What they throw is logged and the next one runs all the same, also
 * where the time of the call is up.
 */
export function tell(frame: Frame, hooks: readonly Stage[], from = 0): Maybe<void> {
  const log = (thrown: unknown) =>
    frame.root.ports.log.write('error', `a hook at the end of ${frame.command.name} threw`, {
      cause: shownThrown(thrown),
    })
  for (let index = from; index < hooks.length; index++) {
    try {
      const told = hooks[index]!(frame)
      if (told === undefined || !isPromise(told)) continue
      return told.then(
        () => tell(frame, hooks, index + 1),
        (thrown: unknown) => {
          log(thrown)
          return tell(frame, hooks, index + 1)
        },
      )
    } catch (thrown) {
      log(thrown)
    }
  }
}
