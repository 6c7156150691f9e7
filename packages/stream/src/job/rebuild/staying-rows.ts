/** A sink, as far as it matters what becomes of its rows. */
interface Filling {
  readonly kind: string
  readonly fills?: string | undefined
}

/** Sinks by their names. */
export type FillingSinks = Readonly<Record<string, Filling>>

/** What becomes of the rows of a sink. */
export interface StayingRows {
  readonly sink: string
  readonly reason: string
}

/**
 * The sinks whose rows stay when a plan takes over whose state was built anew: others may fill the same table or entity, and which
 * rows are of the plan before is not known, so that none can be taken away.
 */
export function stayingRows(before: FillingSinks = {}, after: FillingSinks = {}): StayingRows[] {
  return Object.entries(after).flatMap(([sink, { kind, fills }]): StayingRows[] => {
    const old = Object.hasOwn(before, sink) ? before[sink] : undefined
    if (fills === undefined || old?.kind !== kind) return []
    return [{ sink, reason: reasonOf(old.fills ?? fills) }]
  })
}

const reasonOf = (filled: string): string =>
  `The rows that the plan before wrote stay in ${filled}, and the new plan adds what it tells from now on. For the rows of the new ` +
  'plan alone, empty it and reset the job, or run that plan under another name into another one.'

/** The same as sentences. */
export const stayingNotes = (before: FillingSinks, after: FillingSinks): string[] =>
  stayingRows(before, after).map(({ sink, reason }) => `The sink "${sink}": ${reason}`)

/** What the sinks of a plan fill. */
export const fillingSinks = (sinks: readonly { readonly name: string; readonly sink: Filling }[]): FillingSinks =>
  Object.fromEntries(sinks.map(({ name, sink }) => [name, sink]))
