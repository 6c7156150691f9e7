import { Defect } from '../error/defect.ts'
import type { AroundFunction, Hook, Transition } from './hooks.ts'
import { isPromise, type Maybe, watched } from '../ports/maybe.ts'
import { advance, type Stage, type StageResult } from './stages.ts'
import { logThrown, tell } from './tell.ts'

/** The stages of a transition with the hooks around it. Without hooks it is the stage alone, or nothing at all. */
export function weave(transition: Transition, hooks: readonly Hook[], ...stages: Stage[]): Stage[] {
  const own = hooks.filter((hook) => hook.transition === transition)
  let core = stages
  for (const hook of own.toReversed()) if (hook.when === 'around') core = [wrap(transition, hook.run, core)]
  const at = (when: Hook['when']) => own.filter((hook) => hook.when === when).map(({ run }) => run as Stage)
  const [before, after] = [at('before'), at('after')]
  if (transition !== 'committed' || after.length === 0) return [...before, ...core, ...after]
  return [...before, (frame) => whenDone(advance(frame, core), () => tell(frame, after))]
}

/** What is durable is durable, whatever a hook behind it does. */
function whenDone(result: StageResult, then: () => Maybe<void>): StageResult {
  return result !== undefined && isPromise(result) ? result.then(then) : then()
}

/** Without these a call has no outcome, or one that is not true. */
const required: ReadonlySet<Transition> = new Set(['validated', 'executing', 'committed'])

function wrap(transition: Transition, run: AroundFunction, inner: readonly Stage[]): Stage {
  return (frame) => {
    const misused = (times: string) => new Defect('HookMisused', { command: frame.command.name, transition, times })
    let began = false
    let threw: { readonly thrown: unknown } | undefined
    // The hook knows nothing of `over`, so it is kept for it.
    let ended: StageResult = undefined

    const next = () => {
      if (began) throw misused('twice')
      began = true
      try {
        ended = advance(frame, inner)
      } catch (thrown) {
        threw = { thrown }
        throw thrown
      }
      return ended !== undefined && isPromise(ended) ? watched(ended.then(() => undefined)) : undefined
    }
    // What the transition threw ends the call also when the hook caught it, and the call goes on when both have ended.
    const conclude = () => {
      if (threw) throw threw.thrown
      if (!began && required.has(transition)) throw misused('never')
      return ended
    }
    // A commit that has begun is not undone by what the hook throws: it ends as it ends, and the throw is logged.
    const broke = (thrown: unknown) => {
      if (!began || transition !== 'committed') throw thrown
      return whenDone(conclude(), () => logThrown(frame, thrown))
    }
    try {
      const waiting = run(frame, next)
      if (waiting !== undefined && isPromise(waiting)) return waiting.then(conclude, broke)
    } catch (thrown) {
      return broke(thrown)
    }
    return conclude()
  }
}
