import type { Verdict } from '@heddle/core'
import type { GroupVerdict } from './assess.ts'

/** Said with what a replay has shown, because it shows the past alone. */
const onlyPast = 'A replay shows what they have done, not what they will do.'

/** What `heddle check` says of the open runs of a workflow. */
export function verdictsOfRuns(groups: readonly GroupVerdict[]): Verdict[] {
  const quiet = new Map<string, Verdict & { runs: number }>()
  const loud: Verdict[] = []
  for (const group of groups) {
    const { workflow, version, level, runs } = group
    const item = `workflow ${workflow}`
    if (level !== 'safe' && level !== 'own') {
      loud.push({ item, runs, change: `${count(runs)} of version ${version}: ${placesOf(group)}`, ...whyOf(group) })
      continue
    }
    const key = JSON.stringify([workflow, version, level])
    const all = runs + (quiet.get(key)?.runs ?? 0)
    const reason =
      level === 'own'
        ? `They go on with the code of version ${version}, which is kept, and take its signals. ${onlyPast}`
        : `They go on with the new code: it asks for what they have recorded, and in that order. ${onlyPast}`
    quiet.set(key, { level: 'safe', item, change: `${count(all)} of version ${version}`, reason, runs: all })
  }
  return [...loud, ...quiet.values()]
}

const count = (runs: number) => (runs === 1 ? '1 open run' : `${runs} open runs`)

/** Where the new code does not fit, in a few words. */
function placesOf({ level, misfits, migration, because }: GroupVerdict): string {
  if (level === 'lost') return 'no code'
  if (level === 'hidden') return 'not looked at'
  if (migration) return 'to be migrated'
  if (misfits.length === 0) return because ?? 'the code threw'
  return misfits
    .map((misfit) => {
      if (misfit.kind === 'changed') return `${misfit.key} asked for otherwise`
      if (misfit.kind === 'missing') return `${misfit.key} no longer asked for`
      return `${misfit.first} asked for before ${misfit.key}`
    })
    .join(', ')
}

function whyOf({
  level,
  because,
  run,
  version,
  migration,
}: GroupVerdict): Pick<Verdict, 'reason' | 'migration' | 'level'> {
  if (migration) {
    const reason = `The migration fits them to the new code, as one of them shows (${run}). They stay blocked until it was run.`
    return { level: 'migration', migration, reason }
  }
  const how =
    level === 'lost'
      ? 'They wait for an app that has it.'
      : level === 'hidden'
        ? 'Compare while no process has the database, or where several may.'
        : `They would be blocked, unharmed. Keep the code of version ${version} in \`versions\`, say in \`renamedFrom\` what was renamed, or migrate them.`
  return { level: 'breaking', reason: `${because} ${how}` }
}
