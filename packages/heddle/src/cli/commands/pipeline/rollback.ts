import { cliCommand } from '../../cli-command.ts'
import { exchanged, type OpenRuns, operatePipelines, shortHash } from './operate-pipelines.ts'

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
      const { hash, before, runs } = value as unknown as { hash: string; before: string; runs?: OpenRuns }
      const isSame = hash === before
      out.show(value, [isSame ? `runs already: ${shortHash(hash)}` : exchanged(pipeline, hash, before, runs)])
    }),
})
