import type { Json } from '@heddle/core'
import type { Step } from '../plan/plan.ts'
import { kindOf } from '../kinds/kind-of.ts'
import { widen } from '../validate/read-config.ts'
import { stepKinds } from '../kinds/kinds.ts'
import type { Rule } from './optimize-plan.ts'
import { substituted } from './substitute.ts'

/** Makes one step of a `map` and of the step behind it that makes something of its value. */
export const fuse: Rule = (list, { asked }) => {
  for (const [index, first] of list.entries()) {
    const second = list[index + 1]
    if (!second || kindOf(first) !== 'map' || asked.has(first.id) || isGuarded(first)) continue
    if (second.from !== undefined || isGuarded(second)) continue
    const made = fused(first.map!, second)
    if (!made) continue
    list.splice(index, 2, first.from === undefined ? made : { ...made, from: first.from })
    return { rule: 'fused', steps: [first.id, second.id], because: 'only the second reads what the first gives' }
  }
  return undefined
}

/** Whether something but its kind decides what a step gives. */
const isGuarded = (step: Step) => step.if !== undefined || (step.onError !== undefined && step.onError !== 'fail')

function fused(value: Json, step: Step): Step | undefined {
  const name = kindOf(step)!
  if (name === 'map') {
    const map = substituted(step.map!, value)
    return map === undefined ? undefined : { ...step, map }
  }
  if (name !== 'call' && name !== 'pipeline') return undefined
  const config = widen(stepKinds.get(name)!, step[name]) as { readonly with?: Json }
  const given = substituted(config.with ?? 'it', value)
  return given === undefined ? undefined : { ...step, [name]: { ...config, with: given } }
}
