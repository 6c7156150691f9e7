import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Json, toJson } from '@heddle/core'
import { exitOf, usageFailure } from '@heddle/serve'
import { isPlanFile } from '../../../pipelines/plan-file.ts'
import { appWithPlan } from '../../../pipelines/app-with-plan.ts'
import { cliCommand } from '../../cli-command.ts'
import { operatePipelines } from './operate-pipelines.ts'

export default cliCommand({
  name: 'pipeline run',
  summary: 'Run a pipeline of the app, or a plan in a file with the commands of the app.',
  example: 'heddle pipeline run delays.yaml --input @day.json',
  args: {
    pipeline: { type: 'positional', summary: 'Full name of a pipeline, or a file' },
    input: { type: 'text', value: 'JSON|@FILE', default: '{}', summary: 'What it takes, as JSON; @ reads a file' },
  },
  async run({ args: { pipeline, input: given }, app, out }) {
    const { session } = app
    const input = readInput(given, session.around.cwd)
    const show = (value: Json) => out.show(value, [JSON.stringify(value, undefined, 2)])
    if (!isPlanFile(pipeline)) return operatePipelines({ app, out }, pipeline, input, show)
    const { name, app: extended, awaits } = await appWithPlan(session, pipeline)
    if (awaits !== undefined) {
      throw usageFailure(
        `${name} is a workflow, whose runs live on when this command ends: list it in the app with planWorkflow(), or try it with heddle test`,
      )
    }
    const open = await session.open({}, extended)
    try {
      const outcome = await open.callByName(name, input, { from: 'json', signal: session.around.signal })
      if (outcome.ok) return show(toJson(outcome.value) as Json)
      out.fail(outcome.errors)
      return exitOf(outcome).code
    } finally {
      await open.close()
    }
  },
})

function readInput(given: string, cwd: string): unknown {
  const text = given.startsWith('@') ? readFileSync(resolve(cwd, given.slice(1)), 'utf8') : given
  try {
    return JSON.parse(text)
  } catch (thrown) {
    throw usageFailure(`--input is no JSON: ${(thrown as Error).message}`, thrown)
  }
}
