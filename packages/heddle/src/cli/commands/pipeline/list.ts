import { cliCommand } from '../../cli-command.ts'
import { operatePipelines, shortHash } from './operate-pipelines.ts'

interface Listed {
  readonly name: string
  readonly summary?: string
  readonly mode: string
  readonly steps: number
  readonly version: string
  readonly declared: string
}

export default cliCommand({
  name: 'pipeline list',
  summary: 'List the pipelines of the app with the versions that run.',
  example: 'heddle pipeline list',
  args: {},
  run: (place) =>
    operatePipelines(place, 'heddle.ListPipelines', {}, (value) => {
      const { pipelines } = value as unknown as { pipelines: readonly Listed[] }
      const rows = pipelines.map(({ name, summary, mode, steps, version, declared }) => ({
        name,
        mode,
        steps: String(steps),
        version: `${shortHash(version)}${version === declared ? '' : ' (rolled back)'}`,
        summary: summary ?? '',
      }))
      place.out.show(value, rows.length === 0 ? ['there are no pipelines'] : place.out.table(rows))
    }),
})
