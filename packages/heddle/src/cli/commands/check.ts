import type { Json, Verdict } from '@heddle/core'
import { checkManifests, summarize } from '@heddle/core'
import { formatTable, publicManifest } from '@heddle/serve'
import { kindsOf } from '../../commands/declared.ts'
import { withDeployed } from '../../check/deployed.ts'
import { cliCommand } from '../cli-command.ts'
import { migrationsArgument, migrationsOf } from './migrate/arguments.ts'

export default cliCommand({
  name: 'check',
  summary: 'Compare what is deployed with what is about to be; ends with 0 safe, 1 a migration is needed, 2 breaking.',
  example: 'heddle check --against https://bank.example.com',
  args: {
    against: {
      type: 'text',
      value: 'FILE|URL|database',
      default: 'database',
      summary: 'Where the deployed manifest is',
    },
    migrations: migrationsArgument,
  },
  async run({ args: { against, migrations }, app: { session }, out }) {
    const app = await session.app()
    let isFirst = true
    const verdicts = await withDeployed(session, against, async (deployed) => {
      if (!deployed) return []
      const whole = app.manifest()
      // Of an app that is asked over the network only what its clients may know is compared.
      const { surface } = deployed.manifest ?? {}
      const after = surface === undefined ? whole : publicManifest(whole, surface)
      // Where nothing was deployed, nothing has changed. What is open in the database is looked at all the same.
      const { manifest = after, ports, ask } = deployed
      const { parts } = app.parts()
      const options = { ports, ask, parts, migrations: migrationsOf(migrations, app, session) }
      isFirst = !deployed.manifest
      return checkManifests(manifest, after, kindsOf(app), options)
    })
    if (isFirst && verdicts.length === 0) {
      out.show({ level: 'safe', verdicts: [] }, ['safe: nothing is deployed yet'])
      return undefined
    }
    const { level, exitCode } = summarize(verdicts)
    const json = { level, verdicts: verdicts.map((verdict) => ({ ...verdict })) } satisfies Json
    out.show(json, [...table(verdicts), `${level}: ${summaryOf(verdicts)}`])
    return exitCode
  },
})

/** What there is of each level: `3 changes (1 breaking, 2 safe), 2 open runs`. */
function summaryOf(verdicts: readonly Verdict[]): string {
  const changes = counted(
    verdicts.filter(({ runs }) => runs === undefined),
    'change',
  )
  const runs = counted(
    verdicts.filter((verdict) => verdict.runs !== undefined),
    'open run',
  )
  return [changes ?? 'nothing changed', ...(runs === undefined ? [] : [runs])].join(', ')
}

function counted(verdicts: readonly Verdict[], word: string): string | undefined {
  if (verdicts.length === 0) return undefined
  const of = new Map<string, number>()
  for (const level of levels) {
    const found = verdicts.filter((verdict) => verdict.level === level)
    if (found.length > 0)
      of.set(
        level,
        found.reduce((all, { runs = 1 }) => all + runs, 0),
      )
  }
  const all = [...of.values()].reduce((sum, number) => sum + number, 0)
  const each = of.size > 1 ? ` (${[...of].map(([level, number]) => `${number} ${level}`).join(', ')})` : ''
  return `${all} ${word}${all === 1 ? '' : 's'}${each}`
}

/** The worst first. */
const levels = ['breaking', 'migration', 'safe'] as const

/** The worst first; each with its reason below, which no terminal must cut. */
function table(verdicts: readonly Verdict[]): string[] {
  if (verdicts.length === 0) return []
  const sorted = verdicts.toSorted((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level))
  const [head, ...lines] = formatTable(sorted.map(({ level, item, change }) => ({ level, item, change })))
  return [head!, ...lines.flatMap((line, index) => [line, `           ${sorted[index]!.reason}`]), '']
}
