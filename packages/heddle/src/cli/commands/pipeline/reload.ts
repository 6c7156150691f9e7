import { isPlanFile, planIn } from '../../../pipelines/plan-file.ts'
import { cliCommand } from '../../cli-command.ts'
import { exchanged, openRuns, type OpenRuns, operatePipelines, shortHash } from './operate-pipelines.ts'

interface Reloaded {
  readonly pipeline: string
  readonly hash: string
  readonly before: string
  readonly changed: boolean
  readonly runs?: OpenRuns
}

export default cliCommand({
  name: 'pipeline reload',
  summary: 'Let the app that runs take up plans that were edited; where one is refused, those that run go on.',
  example: 'heddle pipeline reload delays.yaml',
  args: {
    pipeline: { type: 'positional', optional: true, summary: 'Full name of a pipeline, or its file [all of them]' },
  },
  async run({ args: { pipeline: word }, app, out }) {
    const { cwd } = app.session.around
    const pipeline = word !== undefined && isPlanFile(word) ? (await planIn(word, cwd)).pipeline : word
    return operatePipelines({ app, out }, 'heddle.ReloadPipelines', { pipeline }, (value) => {
      const { pipelines } = value as unknown as { pipelines: readonly Reloaded[] }
      out.show(value, pipelines.length === 0 ? ['no pipeline of this app has a file'] : pipelines.map(lineOf))
    })
  },
})

function lineOf({ pipeline, hash, before, changed, runs }: Reloaded): string {
  if (!changed && hash === before) return `${pipeline} runs already: ${shortHash(hash)}`
  const open = openRuns(runs)
  if (hash === before) return `${pipeline}: ${shortHash(hash)} runs, with what it imports now${open}`
  return `${pipeline}: ${exchanged(pipeline, hash, before, runs)}`
}
