/** Sinks by their names, as far as they are compared here. */
type Sinks = Readonly<Record<string, { readonly kind: string }>>

/** A sink that a plan does not have any more as it was. */
export interface LeftSink {
  readonly sink: string
  readonly change: string
  readonly reason: string
}

/**
 * The sinks that keep something outside, and that another plan has no more, or has as sinks of another kind.
 *
 * @param before those of them that the plan before has
 * @param after all that the next one has
 */
export function changedSinks(before: Sinks = {}, after: Sinks = {}): LeftSink[] {
  return Object.entries(before).flatMap(([sink, { kind }]): LeftSink[] => {
    const now = Object.hasOwn(after, sink) ? after[sink] : undefined
    if (now?.kind === kind) return []
    const stays = 'What it was given so far stays where it is'
    if (!now) return [{ sink, change: 'is gone', reason: `${stays}.` }]
    const reason = `${stays}, and the one that has its name gets what comes from now on.`
    return [{ sink, change: `is a ${now.kind} sink now; it was a ${kind} sink`, reason }]
  })
}

/** The same as sentences. */
export const sinkNotes = (before: Sinks | undefined, after: Sinks): string[] =>
  changedSinks(before, after).map(({ sink, change, reason }) => `The sink "${sink}" ${change}. ${reason}`)
