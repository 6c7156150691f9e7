import { command, type Maybe, type Port, systemFailure } from '@heddle/core'
import { dataUnit } from '@heddle/data'
import { z } from 'zod'
import { runHandle } from '../define/run-handle.ts'
import type { RunHandle } from '../define/types.ts'
import type { Callable } from '../job/later.ts'
import { RunEnds } from '../operations/end-run.ts'
import { EnginePort } from '../ways/engine-port.ts'
import { stateType } from '../ways/run-status.ts'
import { Runs, type StartOptions, startRun } from './runs.ts'
import { engineOf } from './engines.ts'

const options = z.object({
  key: z.string().optional(),
  at: z.number().optional(),
  delay: z.union([z.string(), z.number()]).optional(),
  priority: z.int().min(0).max(9).optional(),
  fairness: z.string().optional(),
})

/** Starts workflows of the app of a call by their names, at once where nothing has to be waited for. */
const Starting: Port<(workflow: string, input: unknown, options: StartOptions) => Maybe<RunHandle>> = {
  kind: 'port',
  name: 'heddle.Starting',
  external: false,
  bind: (scope) => (name, input, options) => {
    const unit = dataUnit(scope, 'heddle.Starting')
    const engine = engineOf(unit.catalog)!
    const found = engine.workflows.get(name)
    if (!found) throw systemFailure('UnknownCommand', { name })
    return startRun(engine, scope, unit, found, input, options)
  },
}

/** Starts a run of any workflow. */
export const startCommand = command('heddle.StartRun', {
  summary: 'Start a run of a workflow',
  input: z.object({ workflow: z.string(), input: z.unknown(), options: options.default({}) }),
  output: runHandle,
  access: 'heddle:operate',
  uses: [Starting],
  run({ input: { workflow, input, options: how }, ctx }) {
    const { at, ...rest } = how
    return ctx.use(Starting)(workflow, input, at === undefined ? rest : { ...rest, at: new Date(at) })
  },
})

/** Calls commands of the app later. */
export const laterCommand = command('heddle.CallLater', {
  summary: 'Call a command later, as a job: once for each input',
  input: z.object({
    command: z.string(),
    inputs: z.array(z.unknown()),
    options: options.extend({ queue: z.string().optional(), tries: z.int().min(1).optional() }).default({}),
  }),
  output: z.object({ runs: z.array(runHandle) }),
  access: 'heddle:operate',
  uses: [Runs],
  async run({ input, ctx }) {
    const { at, ...how } = input.options
    const when = { ...how, ...(at !== undefined && { at: new Date(at) }) }
    const called = { name: input.command } as Callable
    return { runs: [...(await ctx.use(Runs).laterAll(called, input.inputs as never, when))] }
  },
})

/** Sends a signal to a run of any workflow. */
export const sendSignal = command('heddle.SignalRun', {
  summary: 'Send a signal to a run',
  input: z.object({ run: z.string(), name: z.string(), data: z.unknown().optional() }),
  output: z.object({ run: z.string() }),
  access: 'heddle:operate',
  uses: [Runs],
  async run({ input: { run, name, data }, ctx }) {
    await ctx.use(Runs).signal(run, name, data)
    return { run }
  },
})

/** Asks a run of any workflow to end. */
export const sendCancel = command('heddle.CancelRun', {
  summary: 'Cancel a run: it cleans up, and what it did is undone where it said how',
  description:
    'A run that is paused, parked or blocked hears of it when it goes on. With `force` it is ended as it stands, whatever its state: nothing of it is called any more, and nothing is undone.',
  input: z.object({
    run: z.string(),
    force: z.boolean().default(false).describe('End it as it stands, without undoing what it did'),
  }),
  output: z.object({ run: z.string(), state: stateType.describe('How it stands now') }),
  access: 'heddle:operate',
  uses: [Runs, RunEnds, EnginePort],
  async run({ input: { run, force }, ctx }) {
    if (force) {
      await ctx.use(RunEnds).end(run, (child) => ctx.use(Runs).cancel(child))
      return { run, state: 'cancelled' as const }
    }
    await ctx.use(Runs).cancel(run)
    const { state } = (await ctx.use(EnginePort).find(run)).run
    return { run, state }
  },
})
