import type { SinkSpec, SourceSpec } from '../task/task-spec.ts'

/** What a job promises of each record of its sources. */
export interface Guarantee {
  readonly level: 'exactly once' | 'at least once' | 'at most once'
  /** The sentence that names the weakest link. */
  readonly text: string
  /** Each link that is weaker than exactly once. */
  readonly because: readonly string[]
}

const levels = ['exactly once', 'at least once', 'at most once'] as const

/** What a job promises: no more than its weakest link. */
export function guaranteeOf({
  sources,
  sinks,
}: {
  readonly sources: readonly SourceSpec[]
  readonly sinks: readonly SinkSpec[]
}): Guarantee {
  const weak: { readonly level: 1 | 2; readonly because: string }[] = []
  for (const { name, source } of sources) {
    if (!source.guarantees.replays) {
      weak.push({ level: 2, because: `the source ${named(source.kind, name, 'source')} cannot give a record again` })
    }
  }
  for (const { name, sink } of sinks) {
    if (sink.delivery === 'plain' && sink.provisional !== true) {
      weak.push({ level: 1, because: `the sink ${named(sink.kind, name, 'sink')} cannot deduplicate` })
    }
  }
  const level = levels[Math.max(0, ...weak.map((one) => one.level))]!
  const because = weak.map((one) => one.because)
  const [weakest] = weak.toSorted((one, other) => other.level - one.level)
  return { level, because, text: weakest ? `${level} because ${weakest.because}` : level }
}

const named = (kind: string, name: string, usual: string): string =>
  name === usual ? `"${kind}"` : `"${name}" (${kind})`
