import { kindOf } from '../kinds/kind-of.ts'
import { maskedUrl } from '../plan/masked-plan.ts'
import { kindFields, type NamedWay, sinkFields, sinksIn, sourceFields, sourcesIn } from '../plan/stream-fields.ts'
import type { Plan, SinkPlan, SourcePlan, Step } from '../plan/plan.ts'
import { readStep } from '../validate/read-config.ts'
import type { GraphEdge, GraphNode, PlanGraph } from './plan-graph.ts'
import { shortened, stepDetail } from './step-detail.ts'

/** The graph of a job: its sources and sinks are nodes, and each edge is a stream; that of a side output has its name. */
export function jobGraph(plan: Plan): PlanGraph {
  const sources = sourcesIn(plan)
  const ids = new Set(plan.steps.map(({ id }) => id))
  const nodes: GraphNode[] = [
    ...sources.map((source) => ({ id: source.name, ...wayDetail(source, sourceFields), role: 'source' as const })),
    ...plan.steps.map((step) => ({ id: step.id, kind: kindOf(step) ?? '?', detail: stepDetail(step) })),
  ]
  const edges: GraphEdge[] = []
  const join = (name: string, to: string) => {
    const [from = name, side] = name.split('.')
    edges.push({ from, to, ...(side !== undefined && { label: side }), reads: false })
  }
  for (const [index, step] of plan.steps.entries()) {
    for (const name of readsOf(step, plan.steps[index - 1]?.id ?? onlyName(sources))) join(name, step.id)
  }
  for (const sink of sinksIn(plan)) {
    const id = sink.path.length > 1 || ids.has(sink.name) ? `sinks.${sink.name}` : sink.name
    nodes.push({ id, ...wayDetail(sink, sinkFields), role: 'sink' })
    const from = sink.way.from ?? plan.steps.at(-1)?.id ?? sourcesIn(plan)[0]?.name
    if (from !== undefined) join(from, id)
  }
  return { nodes, edges }
}

/** The streams that a step reads, in the order of its inputs. */
function readsOf(step: Step, before: string | undefined): readonly string[] {
  const read = readStep(step)
  const rule = read?.kind.job
  const named = (read && rule?.reads?.(read.config))?.map(({ name }) => name) ?? []
  const from = typeof step.from === 'string' ? step.from : before
  return rule?.readsOnlyNamed || from === undefined ? named : [from, ...named]
}

const onlyName = (sources: readonly NamedWay<SourcePlan>[]) => (sources.length === 1 ? sources[0]!.name : undefined)

/** The kind of a source or sink, and the setting that says most about it. */
export function wayDetail(
  { way }: NamedWay<SourcePlan | SinkPlan>,
  common: readonly string[],
): { readonly kind: string; readonly detail: string } {
  const [kind = '?'] = kindFields(way, common)
  const config = way[kind]
  const texts = typeof config === 'object' && config !== null ? Object.values(config) : [config]
  const text = texts.find((value) => typeof value === 'string')
  return { kind, detail: typeof text === 'string' ? shortened(maskedUrl(text)) : '' }
}
