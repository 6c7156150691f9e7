import { cliCommand } from '../../cli-command.ts'
import { operatePipelines } from './operate-pipelines.ts'

export default cliCommand({
  name: 'pipeline pause',
  summary: 'Hold up the events that a pipeline answers; calls of it go on.',
  example: 'heddle pipeline pause flights.Delays',
  args: { pipeline: { type: 'positional', summary: 'Full name of the pipeline' } },
  run: ({ args, app, out }) =>
    operatePipelines({ app, out }, 'heddle.PausePipeline', args, (value) =>
      out.show(value, [`${args.pipeline} lets events wait`]),
    ),
})
