import type { Json, Verdict } from '@heddle/core'
import { checkManifests, summarize } from '@heddle/core'
import { formatTable } from '@heddle/serve'
import { kindsOf } from '../../commands/declared.ts'
import { withDeployed } from '../../check/deployed.ts'
import { cliCommand } from '../cli-command.ts'
import { migrationsArgument, migrationsOf } from './migrate/arguments.ts'

export default cliCommand({
  name: 'check',
  summary: 'Compare what is deployed with what is about to be; ends with 0 safe, 1 a migration is needed, 2 breaking.',
  example: 'heddle check --against https://bank.example.com/manifest',
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
      const after = app.manifest()
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
    out.show(json, [...table(verdicts), `${level}: ${count(verdicts)}`])
    return exitCode
  },
})

const count = ({ length }: readonly Verdict[]) =>
  length === 0 ? 'nothing changed' : length === 1 ? '1 change' : `${length} changes`

/** The worst first; each with its reason below, which no terminal must cut. */
function table(verdicts: readonly Verdict[]): string[] {
  if (verdicts.length === 0) return []
  const worst = ['breaking', 'migration', 'safe']
  const sorted = verdicts.toSorted((a, b) => worst.indexOf(a.level) - worst.indexOf(b.level))
  const [head, ...lines] = formatTable(sorted.map(({ level, item, change }) => ({ level, item, change })))
  return [head!, ...lines.flatMap((line, index) => [line, `           ${sorted[index]!.reason}`]), '']
}
