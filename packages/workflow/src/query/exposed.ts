import { type Log, sleep, systemFailure } from '@heddle/core'
import { Execution, type ExecutionHost } from '../body/execution.ts'
import { runBody } from '../body/run-body.ts'
import type { Engine } from '../engine/engine.ts'
import type { StoredRun } from '../run/run.ts'

/** What a body that has recorded nothing is given to expose what it does, in milliseconds. */
const patienceMs = 5

const silent: Log = { write: () => undefined }

/**
 * What a run exposes under a name. A run that this process has in its memory is asked; of any other one the journal is gone
 * through, up to where it ends, and nothing new happens.
 *
 * @throws {Failure} NotExposed, where it has not come to exposing it
 */
export async function exposedBy(engine: Engine, stored: StoredRun, name: string): Promise<unknown> {
  const live = engine.executions.get(stored.run.id)
  if (live) await Promise.race([live.replayed(), live.ending])
  const tell = (live ?? (await replayed(engine, stored)))?.exposed.get(name)
  if (!tell) throw systemFailure('NotExposed', { run: stored.run.id, query: name })
  return tell()
}

async function replayed(engine: Engine, stored: StoredRun): Promise<Execution | undefined> {
  const facts = engine.factsFor(stored.run)
  if (!facts) return undefined
  const { ports } = engine
  const recorded = await engine.store.journal(stored.tenant, stored.run.id)
  const execution = new Execution(dryHost(engine), facts, stored, recorded)
  const over = runBody(execution, { ...ports, log: silent }).then((ending) => execution.stop(ending))
  over.catch(() => execution.stop({ kind: 'left' }))
  if (recorded.entries.length > 0) void execution.replayed()
  await (recorded.entries.length > 0
    ? execution.ending
    : Promise.race([execution.ending, sleep(ports.timers, patienceMs)]))
  execution.stop({ kind: 'left' })
  return execution
}

/** Whatever would do something never comes back. */
function dryHost({ ports, store }: Engine): ExecutionHost {
  const never = (): Promise<never> => new Promise(() => undefined)
  return {
    ports,
    store: Object.create(store, { commit: { value: never } }) as typeof store,
    isDry: true,
    worker: '',
    fences: () => [],
    callStep: never,
    idle: () => undefined,
    relatives: { read: never, start: () => ({ writes: [], begin: () => undefined }), cancel: never },
  }
}
