import { Defect, parseDuration } from '@heddle/core'
import { usageFailure } from '@heddle/serve'
import { cliCommand } from '../../cli-command.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs await',
  summary: 'Wait for the outcome of a run; where nobody serves the app, the run goes on in this process meanwhile.',
  example: 'heddle runs await 0199f2c4-… --timeout 30s',
  args: {
    ...runArguments,
    timeout: { type: 'text', value: 'DURATION', summary: 'Wait no longer than this; the run goes on' },
  },
  run({ args: { run, timeout, tenant }, app, out }) {
    const timeoutMs = timeout === undefined ? undefined : durationOf(timeout)
    return operateRuns({ app, out }, { name: 'heddle.AwaitRun', input: { run }, tenant, timeoutMs }, (value) => {
      const { value: given } = value as { value?: unknown }
      out.show(value, JSON.stringify(given ?? null, undefined, 2).split('\n'))
    })
  },
})

function durationOf(text: string): number {
  try {
    return parseDuration(text)
  } catch (thrown) {
    if (thrown instanceof Defect) throw usageFailure('--timeout is written like 250ms, 2s or 7d')
    throw thrown
  }
}
