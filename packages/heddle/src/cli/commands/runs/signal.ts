import { cliCommand } from '../../cli-command.ts'
import { jsonOf } from './json-of.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs signal',
  summary: 'Send a signal to a run.',
  example: `heddle runs signal 0199f2c4-… approved --data '{"by":"Ada"}'`,
  args: {
    run: runArguments.run,
    name: { type: 'positional', summary: 'Name of the signal' },
    data: { type: 'text', value: 'JSON', default: '{}', summary: 'What it brings' },
    tenant: runArguments.tenant,
  },
  run({ args: { run, name, data, tenant }, app, out }) {
    const input = { run, name, data: jsonOf('data', data) }
    return operateRuns({ app, out }, { name: 'heddle.SignalRun', input, tenant }, (value) => {
      out.show(value, [`${name} is sent to ${run}`])
    })
  },
})
