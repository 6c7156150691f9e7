import { systemFailure } from '@heddle/core'
import { usageFailure } from '@heddle/serve'
import { cliCommand } from '../../cli-command.ts'
import { jsonOf } from '../runs/json-of.ts'
import { operateRuns, runArguments } from '../runs/run-operation.ts'
import type { Listed } from './listed.ts'

export default cliCommand({
  name: 'approvals answer',
  summary: 'Answer an approval that a run waits for.',
  example: `heddle approvals answer 0199f2c4-… --answer '{"ok":true}'`,
  args: {
    run: runArguments.run,
    answer: { type: 'text', value: 'JSON', default: '{}', summary: 'What its form asks for' },
    key: { type: 'text', value: 'KEY', summary: 'Its journal key, where the run waits for several' },
    tenant: runArguments.tenant,
  },
  async run({ args: { run, answer, key, tenant }, app, out }) {
    const given = jsonOf('answer', answer)
    let found: Listed[] = []
    const listed = await operateRuns(
      { app, out },
      { name: 'heddle.ListApprovals', input: { limit: 1000 }, tenant },
      (value) => {
        const { approvals } = value as unknown as { approvals: Listed[] }
        found = approvals.filter((one) => one.run === run && (key === undefined || one.key === key))
      },
    )
    if (listed) return listed
    const [only, other] = found
    if (!only) {
      const missing = await operateRuns(
        { app, out },
        { name: 'heddle.ExplainRun', input: { run }, tenant },
        () => undefined,
      )
      if (missing) return missing
      const because = 'it is answered, its time is over, or it was not asked for'
      const message = `The run ${run} waits for no ${key === undefined ? 'approval' : `approval at ${key}`}: ${because}.`
      throw systemFailure('NoApproval', { run, because }, { message })
    }
    if (other) throw usageFailure(`the run ${run} waits for several; say which by --key ${only.key}`)
    const input = { run, key: only.key, answer: given }
    return operateRuns({ app, out }, { name: only.command, input, tenant }, (value) => {
      out.show(value, [`${only.key} of ${run} is answered`])
    })
  },
})
