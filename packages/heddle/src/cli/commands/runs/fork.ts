import { cliCommand } from '../../cli-command.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs fork',
  summary: 'Start a new run with the input of another one, and with its journal up to a step.',
  example: 'heddle runs fork 0199f2c4-… charge',
  args: {
    run: runArguments.run,
    to: { type: 'positional', optional: true, summary: 'The first step that is done anew; without it every one is' },
    tenant: runArguments.tenant,
  },
  run({ args: { run, to, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.ForkRun', input: { run, to }, tenant }, (value) => {
      const forked = value as { run: string; entries: number }
      out.show(value, [`started ${forked.run} with ${forked.entries} entries of ${run}`])
    })
  },
})
