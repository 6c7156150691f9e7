import { type AnyFailure, type InputFor, type OpenApp, type Outcome, systemFailure } from '@heddle/core'
import type { AnyWorkflow, RunHandle, WorkflowValue } from '../define/types.ts'
import { engineOfApp } from './engines.ts'
import type { Callable, InputOfCallable, LaterOptions, ValueOfCallable } from '../job/later.ts'
import type { StartOptions } from './runs.ts'
import { laterCommand, sendCancel, sendSignal, startCommand } from './run-commands.ts'

/** A run that was started from code. */
export interface StartedRun<Value> extends RunHandle {
  /**
   * How it ends: its outcome, or RunHalted where it is parked or blocked. A signal or deadline ends the wait, not the run.
   *
   * @throws the signal's reason
   */
  outcome(signal?: AbortSignal): Promise<Outcome<Value, AnyFailure>>
}

/** The runs of an open app, for the app's own code. */
export interface AppRuns {
  start<W extends AnyWorkflow>(
    workflow: W,
    input: InputFor<W['command']>,
    options?: StartOptions & { readonly tenant?: string },
  ): Promise<StartedRun<WorkflowValue<W>>>
  /** Calls a command later, as a job. */
  later<C extends Callable>(
    command: C,
    input: InputOfCallable<C>,
    options?: LaterOptions & { readonly tenant?: string },
  ): Promise<StartedRun<ValueOfCallable<C>>>
  /** The same for many inputs, in one unit of work. */
  laterAll<C extends Callable>(
    command: C,
    inputs: readonly InputOfCallable<C>[],
    options?: LaterOptions & { readonly tenant?: string },
  ): Promise<readonly RunHandle[]>
  signal(run: string, name: string, data?: unknown, options?: { readonly tenant?: string }): Promise<void>
  cancel(run: string, options?: { readonly tenant?: string }): Promise<void>
  /** How a run ended, or will end. Undefined where there is no such run. */
  outcome(
    run: string,
    options?: { readonly tenant?: string; readonly signal?: AbortSignal },
  ): Promise<Outcome<unknown, AnyFailure> | undefined>
}

/**
 * The runs of an open app.
 *
 * @throws {Defect} MissingPart for an app without workflows
 * @example
 * const run = await runsOf(shop).start(placeOrder, { order: 'o-17', cents: 4200 })
 * const outcome = await run.outcome()
 */
export function runsOf(app: OpenApp): AppRuns {
  const engine = engineOfApp(app)
  const laterAll: AppRuns['laterAll'] = async (command, inputs, { tenant = 'main', at, queue, ...options } = {}) => {
    const how = { ...options, at: at?.getTime(), queue: typeof queue === 'object' ? queue.name : queue }
    const asked = { command: command.name, inputs: [...inputs], options: how }
    return (await app.callOrThrow(laterCommand, asked, { tenant })).runs
  }
  return {
    async start({ name: workflow }, input, { tenant = 'main', at, ...options } = {}) {
      const how = at === undefined ? options : { ...options, at: at.getTime() }
      const { run, state } = await app.callOrThrow(startCommand, { workflow, input, options: how }, { tenant })
      return { run, workflow, state, outcome: (signal) => engine.outcome(tenant, run, signal) as never }
    },
    async later(command, input, options = {}) {
      const [handle] = await laterAll(command, [input], options)
      const { tenant = 'main' } = options
      return { ...handle!, outcome: async (signal) => (await engine.outcome(tenant, handle!.run, signal)) as never }
    },
    laterAll,
    async signal(run, name, data, { tenant = 'main' } = {}) {
      await app.callOrThrow(sendSignal, { run, name, data }, { tenant })
    },
    async cancel(run, { tenant = 'main' } = {}) {
      await app.callOrThrow(sendCancel, { run }, { tenant })
    },
    outcome: (run, { tenant = 'main', signal } = {}) => engine.outcome(tenant, run, signal),
  }
}

/** The workflow of a name in an app. @throws {Failure} UnknownCommand */
export function workflowNamed(workflows: ReadonlyMap<string, AnyWorkflow>, name: string): AnyWorkflow {
  const found = workflows.get(name)
  if (!found) throw systemFailure('UnknownCommand', { name })
  return found
}
