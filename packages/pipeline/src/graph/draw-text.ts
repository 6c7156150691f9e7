import { failureHandling } from '../plan/on-error.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { kindOf, stepPolicies } from '../plan/step-fields.ts'
import { listsOf } from './plan-graph.ts'
import { stepDetail } from './step-detail.ts'

interface Line {
  readonly tree: string
  readonly text: string
}

/**
 * A plan as a tree for terminals: a line for each step, with what it does and what stands around it.
 *
 * @example console.log(drawText(plan).join('\n'))
 */
export function drawText(plan: Plan): readonly string[] {
  const lines = [...linesOf(plan.steps, '')]
  const width = Math.max(...lines.map(({ tree }) => tree.length))
  return lines.map(({ tree, text }) => `${tree.padEnd(text === '' ? 0 : width)}${text === '' ? '' : `  ${text}`}`)
}

function* linesOf(steps: readonly Step[], indent: string): Generator<Line> {
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1
    yield { tree: `${indent}${isLast ? '└' : '├'} ${step.id}`, text: tellStep(step) }
    const inner = `${indent}${isLast ? ' ' : '│'} `
    const lists = listsOf(step)
    for (const [place, { name, steps: inside }] of lists.entries()) {
      const isEnd = place === lists.length - 1
      yield { tree: `${inner}${isEnd ? '└' : '├'} ${name}:`, text: '' }
      yield* linesOf(inside, `${inner}${isEnd ? ' ' : '│'} `)
    }
  }
}

function told(step: Step): string {
  const { does } = failureHandling(step)
  return does === 'use' ? 'use another value' : does
}

function tellStep(step: Step): string {
  const { from, policies, onError } = step
  const marks = [
    from !== undefined && `from ${typeof from === 'string' ? from : Object.values(from).join(', ')}`,
    kindOf(step) !== 'when' && step.if !== undefined && `if ${step.if}`,
    ...(policies === undefined ? [] : [policies].flat()),
    ...stepPolicies.filter((name) => step[name] !== undefined),
    onError !== undefined && `on error ${told(step)}`,
  ].filter((mark) => typeof mark === 'string')
  const what = `${kindOf(step) ?? '?'} ${stepDetail(step)}`.trim()
  return marks.length === 0 ? what : `${what}  (${marks.join('; ')})`
}
