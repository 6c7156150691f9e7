import type { Json } from '@heddle/core'

/** What both sides did differently, with what each made of it. Where nothing stands it is missing on that side. */
export interface PlanConflict {
  /** The step that it is about; missing for fields of the plan itself and for the order of steps. */
  readonly step?: string
  /**
   * A field, where a step stands, in which order steps stand, that one side removed what the other changed, or that both
   * together left a list without steps.
   */
  readonly about: 'field' | 'place' | 'order' | 'removed' | 'empty'
  /** The way to the field from the step or the plan; for an order, the list. */
  readonly path: readonly string[]
  readonly base?: Json
  readonly ours?: Json
  readonly theirs?: Json
}

/** One line for a conflict, with both sides. */
export function formatConflict({ step, about, path, base, ours, theirs }: PlanConflict): string {
  const what = [step === undefined ? 'the plan' : `step ${step}`, path.join('/')].filter(Boolean).join(', ')
  const sides = `ours ${shown(ours)}, theirs ${shown(theirs)}, before ${shown(base)}`
  return `${what}: ${sentences[about]}: ${sides}`
}

const sentences = {
  field: 'both changed it',
  place: 'both moved it',
  order: 'both changed the order',
  removed: 'one removed it and the other changed it, so it stays',
  empty: 'together they removed every step of it',
} as const

const shown = (value: Json | undefined) => (value === undefined ? 'nothing' : JSON.stringify(value))
