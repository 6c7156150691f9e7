import {
  type AnyCommand,
  compileSchema,
  type InputFor,
  inputFailures,
  isCommand,
  Issues,
  type Json,
  type PortScope,
  systemFailure,
  toJson,
  type ValueOf,
} from '@heddle/core'
import { type DataUnit, RunRecord, SecretRunRecord } from '@heddle/data'
import { durationMs } from '../define/duration.ts'
import type { AnyWorkflow, Duration, RunHandle, WorkflowValue } from '../define/types.ts'
import type { Engine } from '../engine/engine.ts'
import { defaultQueue, type Queue } from '../queue/queue.ts'
import { keyedRunId } from '../run/keyed-id.ts'
import { encodeRun, runOf, type RunTexts } from '../run/rows.ts'
import type { RunFacts } from '../run/run.ts'
import { formatValue } from '../value/far.ts'

/** What can be called later: any command of the app, and any workflow. */
export type Callable = AnyCommand | AnyWorkflow

/** What a command or workflow is called with. */
export type InputOfCallable<C extends Callable> = C extends AnyCommand
  ? InputFor<C>
  : C extends AnyWorkflow
    ? InputFor<C['command']>
    : never

/** What a job or run of it ends with. */
export type ValueOfCallable<C extends Callable> = C extends AnyCommand
  ? ValueOf<C>
  : C extends AnyWorkflow
    ? WorkflowValue<C>
    : never

/** When and how a command is called later. */
export interface LaterOptions {
  /** Not before this time. */
  readonly at?: Date
  /** Not before this time has passed. */
  readonly delay?: Duration
  /** The queue in which it waits for its turn. A workflow has its own. @default 'default' */
  readonly queue?: string | Queue
  /** 0 to 9; greater ones go first. @default 5 */
  readonly priority?: number
  /** Calls with the same text take turns with those of others. */
  readonly fairness?: string
  /** The same key of the same caller is the same call, for as long as its run is kept. */
  readonly key?: string
  /** How often a failure that says `retry` is tried in all, with growing pauses. @default 10 */
  readonly tries?: number
  readonly cron?: undefined
  readonly every?: undefined
}

/** Writes a call of a command for each input in the caller's unit of work: it happens when the caller succeeds, or not at all. */
export async function startLater(
  engine: Engine,
  scope: PortScope,
  unit: DataUnit,
  target: Callable,
  inputs: readonly unknown[],
  options: LaterOptions & { readonly asked?: string } = {},
): Promise<RunHandle[]> {
  const { tenant, principal, clock } = scope
  const { name, queue, version, type, isJob } = targetOf(engine, target, options)
  const { key, at, delay, priority, fairness, tries, asked } = options
  const entity = engine.isMarked(name) ? SecretRunRecord : RunRecord
  const startAt = at?.getTime() ?? (delay === undefined ? undefined : clock.now() + durationMs(delay))
  const given = []
  for (const input of inputs) {
    given.push(await engine.store.values.keep(tenant, await checkedInput(type, input, isJob), engine.isMarked(name)))
  }
  const isUnlisted = principal && !(await engine.ports.principals.resolve(principal.id, tenant))
  const handles: RunHandle[] = []
  const fresh: { id: string; input: Json }[] = []
  for (const [index, input] of given.entries()) {
    const own = key === undefined || inputs.length === 1 ? key : `${key}/${index}`
    const id = own === undefined ? scope.newId() : keyedId(name, principal?.id, own)
    const [known] = own === undefined ? [] : await unit.load(entity, [id])
    if (known) {
      const run = runOf(known as unknown as RunTexts)
      if (formatValue(run.input) !== formatValue(input)) throw systemFailure('KeyReused')
      handles.push({ run: id, workflow: name, state: run.state })
    } else {
      fresh.push({ id, input })
      handles.push({ run: id, workflow: name, state: 'ready' })
    }
  }
  if (fresh.length > 0) await engine.queues.reserve(tenant, queue, fresh.length)
  const facts: RunFacts = {
    key,
    priority,
    fairness,
    ...(tries !== undefined && { tries }),
    ...(isJob && { job: true }),
    ...(isJob && asked !== undefined && { asked }),
    ...(isUnlisted && { isUnlisted }),
  }
  const about = { tenant, workflow: name, version, queue, principal: principal?.id, facts, startAt }
  for (const { id, input } of fresh) {
    const run = engine.newRun({ ...about, id, input, inLine: fresh.length > 1 })
    unit.insert(entity, id, run as never, encodeRun(run))
    engine.store.holdIn(unit, id, run.input)
    scope.afterCommit(() => engine.begun(tenant, run))
  }
  return handles
}

/** What is called: a command as a job, or a workflow as a run of its own. */
export function targetOf(engine: Engine, target: Callable, { queue }: Pick<LaterOptions, 'queue'> = {}) {
  const workflow = engine.workflows.get(target.name)
  if (workflow) {
    const { version, input: type } = workflow.facts
    return { name: workflow.name, queue: nameOf(queue) ?? workflow.facts.queue, version, type, isJob: false }
  }
  const command = engine.app.commands.get(target.name)
  if (!command || !isCommand(command)) throw systemFailure('UnknownCommand', { name: target.name })
  return { name: command.name, queue: nameOf(queue) ?? defaultQueue, version: '', type: command.input, isJob: true }
}

const nameOf = (queue: string | Queue | undefined) => (typeof queue === 'object' ? queue.name : queue)

/** An input as it is kept. A job keeps what it was given: its command checks that once more when it is called. */
export async function accepted(type: AnyCommand['input'], input: unknown, isJob: boolean): Promise<Json> {
  return toJson(await checkedInput(type, input, isJob))
}

async function checkedInput(type: AnyCommand['input'], input: unknown, isJob: boolean): Promise<unknown> {
  const checked = await compileSchema(type as never).run(input)
  if (checked instanceof Issues) throw inputFailures(checked)[0]!
  return isJob ? input : checked
}

/** The id of the one run of a key. */
const keyedId = (name: string, principal: string | undefined, key: string): string =>
  keyedRunId(name, principal ?? null, key)
