import type { Checkpoint } from './checkpoint.ts'
import type { Graph } from './graph.ts'

/**
 * What was counted of sources, steps, sinks and dead letters, by name: `source flights`, `step late emitted`, `letters`.
 *
 * @param before what was counted before the task
 */
export function countsOf(
  before: Checkpoint['counts'] | undefined,
  graph: Graph,
  letters: number,
): Record<string, number> {
  const counts: Record<string, number> = {}
  const add = (name: string, more: number) => {
    counts[name] = (before?.[name] ?? 0) + more
  }
  for (const { name, received, unread } of graph.entries) {
    add(`source ${name}`, received)
    add(`source ${name} unread`, unread)
  }
  for (const node of graph.nodes) {
    add(`step ${node.step}`, node.received)
    add(`step ${node.step} emitted`, node.emitted)
    add(`step ${node.step} failed`, node.failed)
    if ('lateRecords' in node) add(`step ${node.step} late`, node.lateRecords)
  }
  for (const { name, received } of graph.sinks) add(`sink ${name}`, received)
  add('letters', letters)
  return counts
}
