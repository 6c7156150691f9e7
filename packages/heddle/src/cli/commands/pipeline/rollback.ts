import { cliCommand } from '../../cli-command.ts'
import { openRuns, operatePipelines, shortHash } from './operate-pipelines.ts'

export default cliCommand({
  name: 'pipeline rollback',
  summary: 'Let another version of a pipeline run, in every process of the app, until a new plan is deployed.',
  example: 'heddle pipeline rollback flights.Delays before-sale',
  args: {
    pipeline: { type: 'positional', summary: 'Full name of the pipeline' },
    version: { type: 'positional', summary: 'A tag, a hash or its beginning, or declared' },
  },
  run: ({ args: { pipeline, version }, app, out }) =>
    operatePipelines({ app, out }, 'heddle.RollBackPipeline', { pipeline, version }, (value) => {
      const { hash, before, runs } = value as { hash: string; before: string; runs?: { fit: number; keep: number } }
      const same = hash === before
      const line = same
        ? `runs already: ${shortHash(hash)}`
        : `${shortHash(hash)} runs, in the place of ${shortHash(before)}${openRuns(runs)}`
      out.show(value, [line])
    }),
})
