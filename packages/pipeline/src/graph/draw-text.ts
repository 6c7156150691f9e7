import { failureHandling } from '../plan/on-error.ts'
import type { Plan, SinkPlan, SourcePlan, Step } from '../plan/plan.ts'
import { isJob, type NamedWay, sinkFields, sinksIn, sourceFields, sourcesIn } from '../plan/stream-fields.ts'
import { stepPolicies } from '../plan/step-fields.ts'
import { kindOf } from '../kinds/kind-of.ts'
import { wayDetail } from './job-graph.ts'
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
  const lines = isJob(plan) ? jobLines(plan) : [...linesOf(plan.steps, '')]
  const width = Math.max(...lines.map(({ tree }) => tree.length))
  return lines.map(({ tree, text }) => `${tree.padEnd(text === '' ? 0 : width)}${text === '' ? '' : `  ${text}`}`)
}

/** The sources of a job, its steps, and its sinks. */
function jobLines(plan: Plan): readonly Line[] {
  const told = (
    { name, way }: NamedWay<SourcePlan | SinkPlan>,
    common: readonly string[],
    marks: readonly string[],
  ) => {
    const { kind, detail } = wayDetail({ name, way, path: [] }, common)
    const noted = marks.flatMap((mark) => (way[mark] === undefined ? [] : [`${mark} ${textOf(way[mark])}`]))
    return { tree: name, text: withMarks(`${kind} ${detail}`.trim(), noted) }
  }
  const lines = [
    ...sourcesIn(plan).map((source) => told(source, sourceFields, ['time', 'disorder', 'idle', 'decode'])),
    ...plan.steps.map((step) => ({ tree: step.id, text: tellStep(step) })),
    ...sinksIn(plan).map((sink) => told(sink, sinkFields, ['from'])),
  ]
  return lines.map(({ tree, text }, index) => ({ tree: `${index < lines.length - 1 ? '├' : '└'} ${tree}`, text }))
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

const withMarks = (what: string, marks: readonly string[]) =>
  marks.length === 0 ? what : `${what}  (${marks.join('; ')})`

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
  return withMarks(what, marks)
}
