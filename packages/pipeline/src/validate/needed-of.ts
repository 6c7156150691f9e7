import { parseExpression, pathsOf } from '../expression/index.ts'
import type { NestedExpression } from '../kinds/kind.ts'
import { shapeExpressions } from '../kinds/shape.ts'
import { failureHandling } from '../plan/on-error.ts'
import type { CheckedJob, CheckedJobStep } from './check-job.ts'
import { nameOf, type StreamRef } from './streams.ts'

/** Fields from the outside in. */
type Path = readonly string[]

/** What is read of the records of a source: paths of fields, shortest first; what is below them is read too. */
export type Needed = 'all' | readonly Path[]

/**
 * Which fields the records of each source are read for, so that the others need not be decoded. It goes from the sinks back to
 * the sources: what a step hands on as it is, is read by who stands behind it.
 *
 * @example neededOf(checkPlan(plan, sources).job!) // Map { 'source' => [['at'], ['delay'], ['origin']] }
 */
export function neededOf({ sources, steps, sinks }: CheckedJob): ReadonlyMap<string, Needed> {
  const needs = new Map<string, Need>()
  const needOf = (ref: StreamRef) => {
    const name = nameOf(ref)
    const known = needs.get(name) ?? new Need()
    needs.set(name, known)
    return known
  }
  for (const { from } of sinks.values()) needOf(from).takeAll()
  for (const step of [...steps.values()].toReversed()) readBack(step, needOf)
  return new Map(
    Array.from(sources.values(), ({ name, plan }) => {
      const need = needOf({ of: name })
      if (plan.time !== undefined) need.takeText(plan.time, 'it')
      return [name, need.told] as const
    }),
  )
}

function readBack(read: CheckedJobStep, needOf: (ref: StreamRef) => Need): void {
  const { id, step, kind, config, inputs } = read
  const rule = kind.job!
  const needs = inputs.map(needOf)
  const { use, origin } = failureHandling(step)
  const own: readonly NestedExpression[] = [
    ...(kind.expressions?.(config) ?? []),
    ...(use === undefined ? [] : shapeExpressions(use, [])),
    ...[step.if, origin].flatMap((text) => (text === undefined ? [] : [{ path: [], text }])),
  ]
  for (const { text, records = { it: 0 } } of own) {
    for (const [root, input] of Object.entries(records)) needs[input]?.takeText(text, root)
  }
  if (rule.takesAll?.(config)) for (const need of needs) need.takeAll()
  // Where the record goes on, whoever reads it there reads it here.
  const goesOn = rule.value !== 'made' || step.if !== undefined
  const behind = needOf({ of: id })
  const added = new Set(rule.adds?.(config))
  const entered = rule.readsOnlyNamed ? needs : needs.slice(0, 1)
  for (const need of entered) {
    if (goesOn) need.takeFrom(behind, added)
    for (const side of read.sides.keys()) need.takeFrom(needOf({ of: id, side }))
  }
  // Late records come from either side of a join.
  if (needs.length > 1 && !rule.readsOnlyNamed)
    for (const side of read.sides.keys()) needs[1]!.takeFrom(needOf({ of: id, side }))
}

/** What is read of a stream, as far as it is known. */
class Need {
  #isAll = false
  readonly #paths = new Map<string, Path>()

  get told(): Needed {
    if (this.#isAll) return 'all'
    const paths = [...this.#paths.values()].toSorted(
      (left, right) => left.length - right.length || (left.join('.') < right.join('.') ? -1 : 1),
    )
    const isPrefix = (start: Path, path: Path) => start.every((part, index) => part === path[index])
    return paths.filter((path, index) => !paths.slice(0, index).some((shorter) => isPrefix(shorter, path)))
  }
  takeAll(): void {
    this.#isAll = true
  }
  /** What an expression reads of the records that a name stands for: one, or a list of them. */
  takeText(text: string, root: string): void {
    const parsed = parseExpression(text)
    if (!parsed.ok) return this.takeAll()
    for (const [name, ...path] of pathsOf(parsed.expression)) {
      if (name === root) this.#take(root !== 'it' && path[0] === '#' ? path.slice(1) : path)
    }
  }
  takeFrom(other: Need, without: ReadonlySet<string> = new Set()): void {
    if (other.#isAll) this.takeAll()
    for (const path of other.#paths.values()) if (!without.has(path[0]!)) this.#take(path)
  }

  /** Elements of lists and computed fields are read with what holds them. */
  #take(path: Path): void {
    const end = path.indexOf('#')
    const known = end < 0 ? path : path.slice(0, end)
    if (known.length === 0) this.takeAll()
    else this.#paths.set(JSON.stringify(known), known)
  }
}
