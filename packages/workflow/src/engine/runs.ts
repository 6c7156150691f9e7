import {
  compileSchema,
  Defect,
  type InputFor,
  inputFailures,
  Issues,
  type Json,
  type Maybe,
  type Port,
  type PortScope,
  systemFailure,
} from '@heddle/core'
import {
  type DataUnit,
  dataUnit,
  RunRecord,
  SecretRunRecord,
  SecretSignalRecord,
  SignalRecord,
  chain,
} from '@heddle/data'
import type { AnyWorkflow, Duration, RunHandle } from '../define/types.ts'
import { durationMs } from '../define/duration.ts'
import { keyedRunId } from '../run/keyed-id.ts'
import { encodeRun, encodeSignal, runOf, type RunTexts } from '../run/rows.ts'
import { endStates, type Run, type StoredRun } from '../run/run.ts'
import { farOf, formatValue } from '../value/far.ts'
import { type Callable, type InputOfCallable, type LaterOptions, startLater } from '../job/later.ts'
import { isRepeated, repeat, type RepeatOptions } from '../schedule/repeat.ts'
import type { Engine } from './engine.ts'
import { engineOf } from './engines.ts'

/** How a run is started. */
export interface StartOptions {
  /** The same key of the same caller is the same run. */
  readonly key?: string
  /** Not before this time. */
  readonly at?: Date
  /** Not before this time has passed. */
  readonly delay?: Duration
  /** 0 to 9; greater ones go first. @default 5 */
  readonly priority?: number
  /** Runs with the same text take turns with those of others. */
  readonly fairness?: string
}

/** What a command can do with runs, in its own unit of work: it happens when the command succeeds, or not at all. */
export interface Runs {
  /** Starts a run. */
  start<W extends AnyWorkflow>(workflow: W, input: InputFor<W['command']>, options?: StartOptions): Promise<RunHandle>
  /** Calls a command later, or at once beside the caller: as a job, which is tried again after failures that may pass. */
  later<C extends Callable>(command: C, input: InputOfCallable<C>, options?: LaterOptions): Promise<RunHandle>
  /** Calls it again and again. The same `key` of the same tenant is the same schedule. */
  later<C extends Callable>(
    command: C,
    input: InputOfCallable<C>,
    options: RepeatOptions,
  ): Promise<{ readonly schedule: string }>
  /** The same for many inputs at once. A `key` is each one's with its place in the list. */
  laterAll<C extends Callable>(
    command: C,
    inputs: readonly InputOfCallable<C>[],
    options?: LaterOptions,
  ): Promise<readonly RunHandle[]>
  /** Sends a signal to a run. */
  signal(run: string, name: string, data?: unknown): Promise<void>
  /** Asks a run to end: it is told where it waits, may clean up, and undoes what it has said how to undo. */
  cancel(run: string): Promise<void>
}

/**
 * The port through which commands start runs and speak to them.
 *
 * @example
 * uses: [Orders, Runs],
 * async run({ input, ctx }) {
 *   ctx.use(Orders).insert(input)
 *   return ctx.use(Runs).start(placeOrder, { order: input.id })
 * }
 */
export const Runs: Port<Runs> = {
  kind: 'port',
  name: 'heddle.Runs',
  external: false,
  bind(scope) {
    const unit = dataUnit(scope, 'heddle.Runs')
    const engine = engineOf(unit.catalog)
    if (!engine) throw new Defect('MissingPart', { name: 'heddle.Runs', missing: 'the part runs()' })
    return {
      start: async (workflow, input, options = {}) => startRun(engine, scope, unit, workflow, input, options),
      later: (async (command: Callable, input: unknown, options?: LaterOptions | RepeatOptions) =>
        isRepeated(options)
          ? repeat(engine, scope, unit, command, input, options)
          : (await startLater(engine, scope, unit, command, [input], options))[0]!) as Runs['later'],
      laterAll: (command, inputs, options) => startLater(engine, scope, unit, command, inputs, options),
      signal: (run, name, data) => signal(engine, scope, unit, run, name, data),
      cancel: (run) => cancel(engine, scope, unit, run),
    }
  },
}

/** Starts a run in the unit of work of a call, at once where nothing has to be looked up for it. */
export function startRun(
  engine: Engine,
  scope: PortScope,
  unit: DataUnit,
  workflow: AnyWorkflow,
  input: unknown,
  options: StartOptions,
): Maybe<RunHandle> {
  const { facts } = workflow
  return chain(accepted(facts.input, input), (checked) =>
    chain(engine.store.values.keep(scope.tenant, checked, facts.isMarked), (given) =>
      options.key === undefined && scope.principal === undefined
        ? insertRun(engine, scope, unit, workflow, given, options, scope.newId(), false)
        : startFor(engine, scope, unit, workflow, given, options),
    ),
  )
}

/** The same under a key, or for a principal. */
async function startFor(
  engine: Engine,
  scope: PortScope,
  unit: DataUnit,
  workflow: AnyWorkflow,
  given: Json,
  options: StartOptions,
): Promise<RunHandle> {
  const { tenant, principal } = scope
  const { key } = options
  const id = key === undefined ? scope.newId() : keyedId(workflow.name, principal?.id, key)
  if (key !== undefined) {
    const [known] = await chain(unit.load(entityOf(workflow.facts.isMarked), [id]), (found) => found)
    if (known) {
      const run = runOf(known as unknown as RunTexts)
      if (formatValue(run.input) !== formatValue(given)) throw systemFailure('KeyReused')
      return { run: run.id, workflow: workflow.name, state: run.state }
    }
  }
  const isUnlisted = principal !== undefined && !(await engine.ports.principals.resolve(principal.id, tenant))
  return insertRun(engine, scope, unit, workflow, given, options, id, isUnlisted)
}

function insertRun(
  engine: Engine,
  scope: PortScope,
  unit: DataUnit,
  { name, facts }: AnyWorkflow,
  input: Json,
  { key, at, delay, priority, fairness }: StartOptions,
  id: string,
  isUnlisted: boolean,
): Maybe<RunHandle> {
  const { tenant, principal, clock } = scope
  const startAt = at?.getTime() ?? (delay === undefined ? undefined : clock.now() + durationMs(delay))
  const run = engine.newRun({
    tenant,
    id,
    workflow: name,
    version: facts.version,
    queue: facts.queue,
    input,
    principal: principal?.id,
    facts: { key, priority, fairness, ...(isUnlisted && { isUnlisted }) },
    startAt,
  })
  const room = run.state === 'running' ? undefined : engine.queues.reserve(tenant, facts.queue, 1)
  return chain(room, () => {
    if (key === undefined) engine.store.putRun(unit, run, facts.isMarked)
    else {
      // Whoever starts it again in the same unit of work must find it.
      unit.insert(entityOf(facts.isMarked), id, run as never, encodeRun(run))
      engine.store.holdIn(unit, id, run.input)
    }
    scope.afterCommit(() => engine.begun(tenant, run))
    return { run: id, workflow: name, state: run.state }
  })
}

/** Checked here too: `start` is also called by the app's own code. */
function accepted(type: AnyWorkflow['facts']['input'], input: unknown): Maybe<unknown> {
  return chain(compileSchema(type as never).run(input) as Maybe<unknown>, (checked) => {
    if (checked instanceof Issues) throw inputFailures(checked)[0]!
    return checked
  })
}

async function signal(
  engine: Engine,
  scope: PortScope,
  unit: DataUnit,
  id: string,
  name: string,
  data: unknown,
): Promise<void> {
  const opened = await openRun(engine, unit, id)
  const { run } = opened
  const facts = await engine.code.goesOnWith(opened.stored)
  const type = facts?.signals[name]
  if (facts && !type) {
    const known = Object.keys(facts.signals).join(', ') || 'none'
    throw systemFailure('UnknownSignal', { workflow: run.workflow, signal: name, known })
  }
  const kept = keptFiles.get(data as object) ?? (await keep())
  if ((farOf(kept)?.files.length ?? 0) > 0) {
    keptFiles.set(data as object, kept)
    scope.afterCommit(() => keptFiles.delete(data as object))
  }
  sendTo(engine, scope, unit, opened, name, kept)

  async function keep(): Promise<Json> {
    const given = type ? await accepted(type, data) : data
    return engine.store.values.keep(scope.tenant, given, engine.isMarked(run.workflow))
  }
}

/** The bytes of a file pass once: where the call runs again after a conflict, those stand that were kept the first time. */
const keptFiles = new WeakMap<object, Json>()

/** Sends a signal to a run that was read in the unit of work. */
export function sendTo(
  engine: Engine,
  scope: PortScope,
  unit: DataUnit,
  opened: OpenedRun,
  name: string,
  data: Json,
): void {
  const { run } = opened
  const at = new Date(scope.clock.now())
  const key = `${run.id}/${scope.newId()}`
  const record = { id: key, name, data, at }
  const entity = engine.isMarked(run.workflow) ? SecretSignalRecord : SignalRecord
  unit.put(entity, key, record as never, encodeSignal(record))
  engine.store.holdIn(unit, run.id, data)
  change(unit, opened, { ...woken(run, at), facts: { ...run.facts, signals: (run.facts.signals ?? 0) + 1 } })
  engine.expectNews(scope.tenant, run.id)
  scope.afterCommit(() => engine.admit(scope.tenant, run.id))
}

async function cancel(engine: Engine, scope: PortScope, unit: DataUnit, id: string): Promise<void> {
  const opened = await openRun(engine, unit, id)
  const { run } = opened
  if (run.facts.cancel) return
  const at = new Date(scope.clock.now())
  change(unit, opened, { ...woken(run, at), facts: { ...run.facts, cancel: true } })
  engine.expectNews(scope.tenant, id)
  scope.afterCommit(() => engine.admit(scope.tenant, id))
}

/** A run that waits has a look at what came. */
const woken = (run: Run, at: Date): Run =>
  run.state === 'waiting' || (run.state === 'ready' && run.wakeAt) ? { ...run, wakeAt: at } : run

/** A run in a unit of work, with the record that it was read as. */
export interface OpenedRun {
  readonly run: Run
  /** The same as it was read. */
  readonly stored: StoredRun
  readonly record: object
  readonly entity: typeof RunRecord
}

/** @throws {Failure} RunNotFound, RunEnded */
export async function openRun(engine: Engine, unit: DataUnit, id: string): Promise<OpenedRun> {
  // The code of its workflow says whether its row is encrypted.
  const stored = await engine.store.read(unit.tenant, id)
  const entity = entityOf(stored !== undefined && engine.isMarked(stored.run.workflow))
  const [known] = stored ? await chain(unit.load(entity, [id]), (found) => found) : []
  if (!known) throw systemFailure('RunNotFound', { run: id })
  const run = runOf(known as unknown as RunTexts)
  if (endStates.has(run.state)) throw systemFailure('RunEnded', { run: id, state: run.state })
  return { run, stored: { ...stored!, run }, record: known, entity }
}

/** Changes the row of a run in a unit of work, in which it was read. */
export function change(unit: DataUnit, { record, entity }: OpenedRun, next: Run): void {
  unit.replace(entity, record as never, next as never, encodeRun(next))
}

const entityOf = (isMarked: boolean) => (isMarked ? SecretRunRecord : RunRecord)

/** The id of the one run of a key. */
const keyedId = (workflow: string, principal: string | undefined, key: string): string =>
  keyedRunId(workflow, principal ?? null, key)
