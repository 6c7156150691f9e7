import type { App } from '@heddle/core'
import { didYouMean, suggest, usageFailure } from '@heddle/serve'
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
  async run({ args: { workflow, input, key, at, delay, priority, tenant }, app, out }) {
    const atMs = at === undefined ? undefined : Date.parse(at)
    if (Number.isNaN(atMs)) throw usageFailure('--at is written like 2026-12-01T06:00:00Z')
    assertWorkflow(workflow, await app.session.app())
    const asked = { workflow, input: jsonOf('input', input), options: { key, at: atMs, delay, priority } }
    return operateRuns({ app, out }, { name: 'heddle.StartRun', input: asked, tenant }, (value) => {
      const { run, state } = value as { run: string; state: string }
      out.show(value, [`${run} is ${state}`])
    })
  },
})

/** @throws {Failure} InvalidUsage, with the nearest name */
function assertWorkflow(typed: string, declared: App): void {
  const { commands, parts } = declared.parts()
  const names = parts.flatMap(({ kind, name }) => (kind.name === 'workflow' ? [name] : []))
  if (names.includes(typed)) return
  if (commands.has(typed)) throw usageFailure(`${typed} is no workflow but a command: heddle call ${typed}`)
  throw usageFailure(`there is no workflow "${typed}"${didYouMean(suggest(typed, names))}`)
}
