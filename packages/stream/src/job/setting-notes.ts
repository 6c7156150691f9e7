import { canonicalJson, toJson } from '@heddle/core'
import type { StateVerdict } from '../state/compare.ts'

/** The steps of a plan, as far as they are compared here. */
type Steps = readonly { readonly id: string }[]

/** A step that works otherwise while the state stays what it is. */
interface SettingChange {
  readonly step: string
  readonly change: 'changed' | 'is new' | 'is gone'
}

/**
 * The steps that work otherwise under another plan while the state stays what it is, e.g. a filter before a window. None where
 * state is built anew, because the new plan sees all records then.
 */
export function settingChanges(
  before: Steps = [],
  after: Steps = [],
  verdicts: readonly StateVerdict[],
): SettingChange[] {
  if (verdicts.some(({ verdict }) => verdict === 'rebuild')) return []
  // What becomes of these is told with their state.
  const told = new Set(
    verdicts.flatMap(({ step, verdict, renamedFrom }) =>
      verdict !== 'keep' || renamedFrom !== undefined ? [step, renamedFrom] : [],
    ),
  )
  const old = new Map(before.map((step) => [step.id, textOf(step)]))
  const now = new Map(after.map((step) => [step.id, textOf(step)]))
  const changes = [...now].flatMap(([step, text]): SettingChange[] => {
    const was = old.get(step)
    return was === text ? [] : [{ step, change: was === undefined ? 'is new' : 'changed' }]
  })
  const gone = [...old.keys()].filter((step) => !now.has(step)).map((step) => ({ step, change: 'is gone' as const }))
  return [...changes, ...gone].filter(({ step }) => !told.has(step))
}

/** The same as sentences. */
export const settingNotes = (before: Steps, after: Steps, verdicts: readonly StateVerdict[]): string[] =>
  settingChanges(before, after, verdicts).map(({ step, change }) => `The step "${step}" ${change}. ${fromNowOn}`)

/** What it means for what was before. */
export const fromNowOn = 'It takes effect from now on; rows and open windows keep what they had.'

const textOf = (step: unknown): string => canonicalJson(toJson(step))
