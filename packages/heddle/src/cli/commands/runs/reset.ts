import { cliCommand } from '../../cli-command.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs reset',
  summary: 'Set a run back to before a step; the step and what came after it are done again.',
  example: 'heddle runs reset 0199f2c4-… charge',
  args: {
    run: runArguments.run,
    to: { type: 'positional', summary: 'Journal key of the step' },
    tenant: runArguments.tenant,
  },
  run({ args: { run, to, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ResetRun', input: { run, to }, tenant }, (value) => {
      const { dropped } = value as { dropped: number }
      out.show(value, [`${run} goes on before ${to}, ${dropped} entries left its journal`])
    })
  },
})
