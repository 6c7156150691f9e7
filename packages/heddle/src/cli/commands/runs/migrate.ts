import { exitCodes } from '@heddle/serve'
import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from './run-operation.ts'

interface Migrated {
  readonly migrated: number
  readonly busy: number
  readonly refused: readonly { readonly run: string; readonly because: string }[]
}

export default cliCommand({
  name: 'runs migrate',
  summary: 'Make open runs that have gone by older code runs of the new code, as the app says with migrateRuns.',
  example: 'heddle runs migrate --workflow orders.PlaceOrder --dry-run',
  args: {
    workflow: { type: 'text', value: 'NAME', summary: 'Only those of this workflow' },
    dryRun: { type: 'boolean', summary: 'Only say what would become of them' },
  },
  run({ args: { workflow, dryRun }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.MigrateRuns', input: { workflow, dryRun } }, (value) => {
      const { migrated, busy, refused } = value as unknown as Migrated
      const lines = refused.map(({ run, because }) => `  ${run}  ${because}`)
      const left = busy > 0 ? [`${busy} were at work: call it again`] : []
      const said = `${migrated} ${dryRun ? 'would be migrated' : 'migrated'}, ${refused.length} left as they are`
      out.show(value, [said, ...left, ...lines])
      return refused.length > 0 || busy > 0 ? exitCodes.failed.code : undefined
    })
  },
})
