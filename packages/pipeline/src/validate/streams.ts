import { nearest, type ValueType } from '../expression/index.ts'
import type { Flow } from '../kinds/job-rule.ts'
import type { PlanPath } from '../plan/path.ts'
import type { PlanProblem } from '../plan/problem.ts'
import type { KeyType } from './job-typing.ts'

/** A stream within a job: what a source or step gives, or a side output of a step. */
export interface StreamRef {
  /** The id of a step, or the name of a source. */
  readonly of: string
  readonly side?: string
}

/** What is known of a stream. */
export interface StreamType {
  readonly ref: StreamRef
  readonly type: ValueType
  readonly key: KeyType | undefined
  /** Whether records may have a key, though nothing is known of it. */
  readonly mayHaveKeys?: boolean
  readonly flow: Flow
  /** The fields by which a result replaces an older one. */
  readonly results?: readonly string[]
  /** Why it withdraws records, as half a sentence. */
  readonly because?: string
}

/** The streams of a job that are known so far, and who of them is read. */
export class Streams {
  readonly #known = new Map<string, StreamType>()
  readonly #read = new Set<string>()
  /** With their sides. */
  readonly #readNames = new Set<string>()
  readonly #steps: readonly string[]
  readonly #tell: (problem: PlanProblem) => void

  /** @param steps the ids of all steps of the plan */
  constructor(steps: readonly string[], tell: (problem: PlanProblem) => void) {
    this.#steps = steps
    this.#tell = tell
  }

  add(stream: StreamType): void {
    // An id of another type is told with the shape, and names nothing.
    if (typeof stream.ref.of === 'string') this.#known.set(nameOf(stream.ref), stream)
  }

  known(name: string): StreamType | undefined {
    return this.#known.get(name)
  }

  /** The stream of a name, which counts as read; told where there is none before this place. */
  find(name: string, path: PlanPath): StreamType {
    const [of = name] = name.split('.')
    this.#read.add(of)
    this.#readNames.add(name)
    const found = this.#known.get(name)
    if (found) return found
    const all = [...this.#known.keys()]
    const tell = (message: string, known: readonly string[]) => {
      const suggestion = nearest(name, known)
      const expected = known.length > 0 ? known.join(', ') : undefined
      this.#tell({ about: 'name', path, message, suggestion, ...(expected !== undefined && { expected }), found: name })
    }
    const sides = all.filter((other) => other.startsWith(`${of}.`))
    if (this.#known.has(of)) tell(`"${of}" has no side "${name.slice(of.length + 1)}"`, sides)
    else if (this.#steps.includes(of))
      tell(`The step "${of}" stands behind this one, which reads what stands before`, [])
    else tell(`There is no step or source "${name}" before this one`, all)
    return { ref: { of: name }, type: { kind: 'unknown' }, key: undefined, mayHaveKeys: true, flow: 'append' }
  }

  isRead(of: string): boolean {
    return this.#read.has(of)
  }

  /** Whether somebody reads this very stream, and not another side of the step. */
  isReadItself(ref: StreamRef): boolean {
    return this.#readNames.has(nameOf(ref))
  }
}

/** How a plan names a stream. */
export const nameOf = ({ of, side }: StreamRef): string => (side === undefined ? of : `${of}.${side}`)
