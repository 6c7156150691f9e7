import { cliCommand } from '../../cli-command.ts'
import { operatePipelines, shortHash } from './operate-pipelines.ts'

export default cliCommand({
  name: 'pipeline tag',
  summary: 'Give a version of a pipeline a name.',
  example: 'heddle pipeline tag flights.Delays before-sale',
  args: {
    pipeline: { type: 'positional', summary: 'Full name of the pipeline' },
    tag: { type: 'positional', summary: 'The name, e.g. before-sale' },
    version: { type: 'text', value: 'VERSION', summary: 'A tag, a hash or its beginning, or declared [current]' },
  },
  run: ({ args, app, out }) =>
    operatePipelines({ app, out }, 'heddle.TagPlan', args, (value) => {
      out.show(value, [`${args.tag} is ${shortHash((value as { hash: string }).hash)}`])
    }),
})
