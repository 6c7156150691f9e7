import { cliCommand } from '../../cli-command.ts'
import { operateRuns, runArguments } from './run-operation.ts'

export default cliCommand({
  name: 'runs cancel',
  summary: 'Cancel a run: it cleans up, and what it did is undone where it said how.',
  example: 'heddle runs cancel 0199f2c4-…',
  args: {
    ...runArguments,
    force: { type: 'boolean', summary: 'End it as it stands, whatever its state, without undoing what it did' },
  },
  run({ args: { run, force, tenant }, app, out }) {
    return operateRuns({ app, out }, { name: 'heddle.CancelRun', input: { run, force }, tenant }, (value) => {
      const { state } = value as { state: string }
      const isHeld = state === 'paused' || state === 'parked' || state === 'blocked'
      const held = [
        `It is ${state}, and does so when it goes on: see heddle runs explain ${run}`,
        `End it as it stands, without undoing anything: heddle runs cancel ${run} --force`,
      ]
      out.show(value, force === true ? [`${run} is ended`] : [`${run} is asked to end`, ...(isHeld ? held : [])])
    })
  },
})
