import type { Hook, Transition } from './hooks.ts'
import { isPromise } from '../ports/maybe.ts'
import { advance, type Stage, type StageResult } from './stages.ts'

/** The stages of a transition with the hooks around it. Without hooks it is the stage alone, or nothing at all. */
export function weave(transition: Transition, hooks: readonly Hook[], ...stages: Stage[]): Stage[] {
  const own = hooks.filter((hook) => hook.transition === transition)
  let core = stages
  for (const hook of own.toReversed()) if (hook.when === 'around') core = [wrap(hook.run, core)]
  const at = (when: Hook['when']) => own.filter((hook) => hook.when === when).map(({ run }) => run as Stage)
  return [...at('before'), ...core, ...at('after')]
}

function wrap(run: Extract<Hook, { when: 'around' }>['run'], inner: readonly Stage[]): Stage {
  return (frame) => {
    // The hook knows nothing of `over`, so it is kept for it.
    let ended: StageResult = undefined
    const note = (result: StageResult) => void (ended = result)
    const next = () => {
      const result = advance(frame, inner)
      return result !== undefined && isPromise(result) ? result.then(note) : note(result)
    }
    const waiting = run(frame, next)
    return waiting !== undefined && isPromise(waiting) ? waiting.then(() => ended as Awaited<StageResult>) : ended
  }
}
