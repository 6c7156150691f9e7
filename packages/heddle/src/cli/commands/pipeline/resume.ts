import { cliCommand } from '../../cli-command.ts'
import { operatePipelines } from './operate-pipelines.ts'

export default cliCommand({
  name: 'pipeline resume',
  summary: 'Let a pipeline answer events again, those that waited first.',
  example: 'heddle pipeline resume flights.Delays',
  args: { pipeline: { type: 'positional', summary: 'Full name of the pipeline' } },
  run: ({ args, app, out }) =>
    operatePipelines({ app, out }, 'heddle.ResumePipeline', args, (value) =>
      out.show(value, [`${args.pipeline} answers events`]),
    ),
})
