import type { Json } from '@heddle/core'
import type { PlanChange, StepPlace } from './diff-plans.ts'

/**
 * The differences of two plans as lines for people.
 *
 * @example formatDiff(diffPlans(before, after)) // ['+ late  behind parse', '~ parse  retry/attempts: 3 → 5']
 */
export const formatDiff = (changes: readonly PlanChange[]): string[] => changes.map(lineOf)

function lineOf(change: PlanChange): string {
  switch (change.change) {
    case 'added':
      return `+ ${change.step}  ${where(change.place)}`
    case 'removed':
      return `- ${change.step}  ${where(change.place)}`
    case 'moved':
      return `> ${change.step}  from ${where(change.from)} to ${where(change.to)}`
    case 'changed': {
      const what = [change.step ?? 'the plan', change.path.join('/')].filter(Boolean).join('  ')
      return `~ ${what}: ${shown(change.before)} → ${shown(change.after)}`
    }
  }
}

const where = ({ list, after }: StepPlace) =>
  `${after === undefined ? 'first' : `behind ${after}`}${list === 'steps' ? '' : ` in ${list}`}`

const longest = 60

function shown(value: Json | undefined): string {
  if (value === undefined) return '(nothing)'
  const text = JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}
