import { usageFailure } from '@heddle/serve'
import { cliCommand } from '../../cli-command.ts'
import { operateRuns } from '../runs/run-operation.ts'
import { jobArguments } from './job-argument.ts'

interface Restored {
  readonly pending: boolean
  readonly again: readonly { readonly sink: string; readonly kind: string; readonly how: keyof typeof becomes }[]
}

const becomes = {
  twice: 'is told again what came after it, and has it twice then',
  byName: 'is told again what came after it, and drops it for as long as it knows the names',
}

const waits = '  another plan waits: it takes over when the job is resumed'

export default cliCommand({
  name: 'jobs restore',
  summary: 'Put a paused job back to an earlier checkpoint: resumed, it reads again what came after it.',
  example: 'heddle jobs restore flights.Delays 1042',
  args: {
    ...jobArguments,
    epoch: { type: 'positional', summary: 'Epoch of the checkpoint, as `checkpoints list` tells it' },
    force: { type: 'boolean', summary: 'Also where a sink then has records twice' },
  },
  run({ args: { tenant, name, epoch, force }, app, out }) {
    if (!/^\d+$/.test(epoch)) {
      throw usageFailure(
        `"${epoch}" is no epoch, which is a number: heddle checkpoints list ${name} tells those that are there`,
      )
    }
    const input = { pipeline: name, epoch: Number(epoch), force }
    return operateRuns({ app, out }, { name: 'heddle.RestoreJob', input, tenant }, (value) => {
      const { again, pending } = value as unknown as Restored
      const told = again.map(({ sink, kind, how }) => `  the sink "${sink}" (${kind}) ${becomes[how]}`)
      out.show(value, [
        `${name} is at epoch ${epoch}: heddle jobs resume ${name}`,
        ...told,
        ...(pending ? [waits] : []),
      ])
    })
  },
})
