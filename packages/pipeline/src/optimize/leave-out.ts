import type { Step } from '../plan/plan.ts'
import { readStep } from '../validate/read-config.ts'
import { isHarmless } from './harmless.ts'
import type { Looking, Rule } from './optimize-plan.ts'
import { needsValue } from './reads.ts'

/** Leaves out a step whose value nobody reads, and names that nobody reads. */
export const leaveOut: Rule = (list, looking) => {
  for (const [index, step] of list.entries()) {
    if (list.length === 1) return undefined
    const next = list[index + 1]
    const isUnread = next !== undefined && !needsValue(next) && !looking.asked.has(step.id)
    const isLeft = isNaming(step)
      ? namesNothing(step, looking, isUnread)
      : isUnread && isHarmless(step, looking.sources)
    if (!isLeft) continue
    list.splice(index, 1)
    return { rule: 'leftOut', steps: [step.id], because: 'nobody reads what it gives' }
  }
  return undefined
}

const isNaming = (step: Step) => readStep(step)?.kind.name === 'set'

/** What a `set` reads passes through: only without `from` that is what would stand there without it. */
function namesNothing(step: Step, { asked, variables }: Looking, isUnread: boolean): boolean {
  if (step.onError !== undefined || variables === undefined || asked.has(step.id)) return false
  const names = Object.keys(readStep(step)!.config as object)
  return names.every((name) => !variables.has(name)) && (step.from === undefined || isUnread)
}
