import type { Comparison, Json, Verdict } from '@heddle/core'
import { movedHelp, movedPlaces, type NewPlace, newSourceNotes, type Places } from './rebuild/places.ts'
import { hindrance } from './rebuild/rereads.ts'
import { stayingRows } from './rebuild/staying-rows.ts'
import { fromNowOn, settingChanges } from './setting-notes.ts'
import { changedSinks } from './sink-notes.ts'
import { compareState, type StateSection, type StateVerdict } from '../state/compare.ts'

/** What a manifest says of a job, as far as it is compared. */
interface JobSection {
  readonly hash: string
  readonly plan?: { readonly steps?: readonly { readonly id: string }[] }
  readonly steps: Readonly<Record<string, StateSection>>
  readonly renamed?: Readonly<Record<string, string>>
  readonly migrations: Readonly<Record<string, string>>
  readonly sources?: Readonly<
    Record<
      string,
      {
        readonly kind: string
        readonly rereads?: boolean
        readonly hasTime?: boolean
        readonly once?: string
        readonly what?: Json
        readonly how?: readonly string[]
        readonly paths?: readonly string[]
        readonly digest?: string
        readonly digested?: readonly string[]
      }
    >
  >
  readonly sinks?: Readonly<Record<string, { readonly kind: string; readonly fills?: string }>>
  /** Where its sinks write that keep something of an epoch outside. */
  readonly places?: Readonly<Record<string, Omit<NewPlace, 'name'>>>
}

/** What becomes of the state of jobs whose plans changed. */
export function compareJobs({ before, after }: Comparison): Verdict[] {
  const verdicts: Verdict[] = []
  for (const [name, section] of Object.entries(after)) {
    const old = before[name] as unknown as JobSection | undefined
    const now = section as unknown as JobSection
    if (old === undefined || old.hash === now.hash) continue
    const { renamed, migrations } = now
    const compared = compareState(old.steps, now.steps, { renamed, migrations })
    const unfit = compared.filter(({ verdict }) => verdict === 'rebuild')
    const because = hindranceOf(old, now)
    // Where one step is built anew, the others see all records again, too.
    const isBuilt = unfit.length > 0 && because === undefined
    const told = isBuilt ? unfit : compared
    const staying = isBuilt ? stayingRows(old.sinks, now.sinks) : []
    // Of a plan that is not kept, it is not known how its steps worked.
    const settings = old.plan ? settingChanges(old.plan.steps, now.plan?.steps, compared) : []
    verdicts.push(
      ...told.flatMap((verdict) => toldVerdict(name, verdict, because)),
      ...staying.map(({ sink, reason }): Verdict => {
        return { level: 'safe', item: `job ${name}`, change: `sink "${sink}": rows of the plan before stay`, reason }
      }),
      ...settings.map(({ step, change }): Verdict => {
        return { level: 'safe', item: `job ${name}`, change: `step "${step}" ${change}`, reason: fromNowOn }
      }),
      ...changedSinks(old.places, { ...now.places, ...now.sinks }).map(({ sink, change, reason }): Verdict => {
        return { level: 'safe', item: `job ${name}`, change: `sink "${sink}" ${change}`, reason }
      }),
      ...placeVerdicts(name, old, now),
    )
  }
  for (const name of Object.keys(before)) {
    if (name in after) continue
    const reason = 'Its checkpoints and state stay where they are, until somebody removes them.'
    verdicts.push({ level: 'safe', item: `job ${name}`, change: 'the job is gone', reason })
  }
  return verdicts
}

/** What becomes of the places of sources and sinks: each goes on where it was, which means nothing elsewhere. */
function placeVerdicts(job: string, old: JobSection, now: JobSection): Verdict[] {
  const item = `job ${job}`
  const sources = newPlaces(now.sources)
  const before = { sources: placesOf(old.sources), sinks: old.places }
  const sinks = Object.entries(now.places ?? {}).map(([name, place]) => ({ name, ...place }))
  return [
    ...movedPlaces(before, { sources, sinks }).map(({ way, name, change }): Verdict => {
      const what = way === 'source' ? 'would read something else from where it was' : 'would write on somewhere else'
      return { level: 'breaking', item, change: `${way} "${name}": ${what}`, reason: `${change}. ${movedHelp[way]}` }
    }),
    ...newSourceNotes(before.sources, sources).map((reason): Verdict => ({
      level: 'safe',
      item,
      change: 'a source is new',
      reason,
    })),
  ]
}

type Sources = NonNullable<JobSection['sources']>

/** Undefined where it is not known of all what they read. */
function placesOf(sources: Sources | undefined): Places | undefined {
  const all = Object.entries(sources ?? {})
  if (!sources || all.some(([, { what }]) => what === undefined)) return undefined
  return Object.fromEntries(
    all.map(([name, { kind, what = null, digest }]) => [name, { kind, what, ...(digest !== undefined && { digest }) }]),
  )
}

const newPlaces = (sources: Sources = {}): (NewPlace & Sources[string])[] =>
  Object.entries(sources).map(([name, source]) => ({ name, ...source, what: source.what ?? null }))

/** Why the state of the second plan cannot be built anew; undefined where nothing is known against it. */
const hindranceOf = ({ sources: before }: JobSection, { sources: after }: JobSection): string | undefined =>
  hindrance(
    newPlaces(after).map(({ rereads, hasTime, ...place }) => ({ ...place, rereads, hasTime })),
    placesOf(before),
  )

function toldVerdict(
  job: string,
  { step, verdict, migration, renamedFrom, reasons }: StateVerdict,
  because: string | undefined,
): Verdict[] {
  const item = `job ${job}`
  const reason = reasons.join(' ')
  const place = `state of "${step}"`
  switch (verdict) {
    case 'keep':
      if (renamedFrom === undefined) return []
      return [
        { level: 'safe', item, change: `${place}: taken over from "${renamedFrom}"`, reason: reason || renamedReason },
      ]
    case 'begin':
      return [{ level: 'safe', item, change: `${place}: begins with nothing`, reason }]
    case 'drop':
      return [{ level: 'safe', item, change: `${place}: dropped`, reason }]
    case 'migrate':
      return [{ level: 'migration', item, change: `${place}: migrated`, reason, migration }]
    case 'rebuild':
      if (because === undefined) {
        const built = `${place}: built anew beside the running job, then swapped in`
        return [{ level: 'safe', item, change: built, reason }]
      }
      return [
        {
          level: 'breaking',
          item,
          change: `${place}: does not fit`,
          reason: `${reason} It cannot be built anew: ${because}. ${rebuildHelp}`,
        },
      ]
  }
}

const renamedReason = 'The step has another name, and its state is the same.'

/** What helps where state does not fit. */
export const rebuildHelp =
  'Give the step another id to begin with nothing, name a migration, or reset the job, which then reads its sources anew.'
