import type { Hook, Transition } from './hooks.ts'
import type { Stage } from './stages.ts'

/** The stages of a transition with the hooks around it. Without hooks it is the stage alone, or nothing at all. */
export function weave(transition: Transition, hooks: readonly Hook[], stage?: Stage): Stage[] {
  const own = hooks.filter((hook) => hook.transition === transition)
  if (own.length === 0) return stage ? [stage] : []
  let core = stage ?? (() => undefined)
  for (const hook of own.toReversed()) if (hook.when === 'around') core = wrap(hook.run, core)
  const at = (when: Hook['when']) => own.filter((hook) => hook.when === when).map(({ run }) => run as Stage)
  return [...at('before'), core, ...at('after')]
}

function wrap(run: Extract<Hook, { when: 'around' }>['run'], inner: Stage): Stage {
  return (frame) => run(frame, () => inner(frame))
}
