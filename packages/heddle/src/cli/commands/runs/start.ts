import { usageFailure } from '@heddle/serve'
import { cliCommand } from '../../cli-command.ts'
import { jsonOf } from './json-of.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs start',
  summary: 'Start a run of a workflow, now or later.',
  example: `heddle runs start orders.PlaceOrder --input '{"order":"o-1"}' --delay 2h`,
  args: {
    workflow: { type: 'positional', summary: 'Name of the workflow' },
    input: { type: 'text', value: 'JSON', default: '{}', summary: 'Its input' },
    key: { type: 'text', value: 'KEY', summary: 'The same key is the same run' },
    at: { type: 'text', value: 'TIME', summary: 'Not before this time, e.g. 2026-12-01T06:00:00Z' },
    delay: { type: 'text', value: 'DURATION', summary: 'Not before this time has passed, e.g. 2h' },
    priority: { type: 'number', summary: '0 to 9; greater ones go first' },
    tenant: runArguments.tenant,
  },
  run({ args: { workflow, input, key, at, delay, priority, tenant }, app, out }) {
    const atMs = at === undefined ? undefined : Date.parse(at)
    if (Number.isNaN(atMs)) throw usageFailure('--at is written like 2026-12-01T06:00:00Z')
    const asked = { workflow, input: jsonOf('input', input), options: { key, at: atMs, delay, priority } }
    return operateRuns({ app, out }, { name: 'heddle.StartRun', input: asked, tenant }, (value) => {
      const { run, state } = value as { run: string; state: string }
      out.show(value, [`${run} is ${state}`])
    })
  },
})
