import { stepKinds } from '../kinds/kinds.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { isJob } from '../plan/stream-fields.ts'
import { kindOf } from '../kinds/kind-of.ts'
import { nestedLists } from '../validate/nested-lists.ts'
import { jobGraph } from './job-graph.ts'
import { stepDetail } from './step-detail.ts'

/** A step, or where a plan begins or ends. */
export interface GraphNode {
  readonly id: string
  readonly kind: string
  /** What its kind does, e.g. the command that it calls. */
  readonly detail: string
  /** Of a node that is no step: a way into a job, or out of it. */
  readonly role?: 'source' | 'sink'
}

/** A way from one step to another. */
export interface GraphEdge {
  readonly from: string
  readonly to: string
  /** Which of several ways it is, e.g. `then` or the id of a branch; in a job the name of a side output. */
  readonly label?: string
  /** Whether a value is read that another step gave, beside the order in which they run. */
  readonly reads: boolean
}

/** The steps of a plan and the ways between them. */
export interface PlanGraph {
  readonly nodes: readonly GraphNode[]
  readonly edges: readonly GraphEdge[]
}

/** Where the next step goes on. */
interface Exit {
  readonly node: string
  readonly label?: string
}

/**
 * The graph of a plan: `input` and `output` are nodes too, and in a job its sources and sinks.
 *
 * @example planGraph(plan).edges // [{ from: 'input', to: 'parse', reads: false }, …]
 */
export function planGraph(plan: Plan): PlanGraph {
  if (isJob(plan)) return jobGraph(plan)
  const nodes: GraphNode[] = [{ id: 'input', kind: 'input', detail: '' }]
  const edges: GraphEdge[] = []
  const join = (exits: readonly Exit[], to: string) => {
    for (const { node, label } of exits)
      edges.push({ from: node, to, ...(label !== undefined && { label }), reads: false })
  }
  const lay = (steps: readonly Step[], entries: readonly Exit[]): readonly Exit[] => {
    let exits = entries
    for (const step of steps) {
      nodes.push({ id: step.id, kind: kindOf(step) ?? '?', detail: stepDetail(step) })
      join(exits, step.id)
      const { from = [] } = step
      const named: readonly string[] = typeof from === 'string' ? [from] : Object.values(from)
      for (const other of named) {
        if (!exits.some(({ node }) => node === other)) edges.push({ from: other, to: step.id, reads: true })
      }
      exits = layInside(step)
    }
    return exits
  }
  /** The ways through a step that holds others, and where they come out. */
  const layInside = (step: Step): readonly Exit[] => {
    const own = { node: step.id }
    const lists = listsOf(step)
    if (lists.length === 0) return [own]
    const ends = lists.map(({ name, steps }) => lay(steps, [{ node: step.id, label: name }]))
    const kind = kindOf(step)
    if (kind === 'loop') {
      join(
        ends.flat().map(({ node }) => ({ node, label: 'again' })),
        step.id,
      )
      return [own]
    }
    const isOpen =
      (kind === 'when' && lists.length === 1) || (kind === 'switch' && lists.every(({ name }) => name !== 'default'))
    return [...ends.flat(), ...(isOpen ? [{ node: step.id, label: 'else' }] : [])]
  }
  const exits = lay(plan.steps, [{ node: 'input' }])
  nodes.push({ id: 'output', kind: 'output', detail: '' })
  join(exits, 'output')
  return { nodes, edges }
}

/** A list of steps inside of a step, with a name for people. */
export interface NamedList {
  readonly name: string
  readonly steps: readonly Step[]
}

/** The lists inside of a step, e.g. `then` and `else`, the cases by their values, the branches by their ids. */
export function listsOf(step: Step): readonly NamedList[] {
  const kind = stepKinds.get(kindOf(step) ?? '')
  if (!kind) return []
  const config = step[kind.name]
  return nestedLists(kind, config).map(({ path, steps }) => {
    const last = path.at(-1)!
    const branch = path.length > 1 && last === 'steps' ? at(config, path.slice(0, -1)) : undefined
    const own = last === 'steps' ? (listNames[kind.name] ?? 'steps') : String(last)
    return { name: branch?.id ?? own, steps: steps as readonly Step[] }
  })
}

const listNames: Readonly<Record<string, string>> = { forEach: 'each', loop: 'round', try: 'try' }

const at = (config: unknown, path: readonly (string | number)[]) =>
  path.reduce<unknown>((part, name) => (part as Record<string, unknown>)[name], config) as { readonly id?: string }
