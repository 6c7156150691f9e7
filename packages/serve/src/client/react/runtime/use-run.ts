import { useEffect, useState } from 'react'
import type { AnyFailure, Outcome, Workflow } from '../../runtime/index.ts'
import { useClient } from './provider.ts'
import { useLatest } from './use-latest.ts'

/** What a component knows of something that goes on. */
export interface RunState<Value, Errors, Status> {
  /** How it stands. */
  readonly status: Status | undefined
  /** How it ended; undefined while it goes on. */
  readonly outcome: Outcome<Value, Errors> | undefined
  readonly value: Value | undefined
  /** Why it has failed; empty where it has not. */
  readonly errors: readonly Errors[]
  readonly isRunning: boolean
  /** Asks it to end; what it did is undone where it says how. */
  readonly cancel: () => Promise<Outcome<unknown>>
}

/**
 * Follows a run by its id, as the command that began it has answered it. Without an id nothing is followed.
 *
 * @example
 * const { status, value, cancel } = useRun(placeOrder, run)
 */
export function useRun<Input, Value, Errors, Ended, Failed extends AnyFailure, Status>(
  command: Workflow<Input, Value, Errors, Ended, Failed, Status>,
  run: string | undefined,
): RunState<Ended, Failed, Status> {
  const client = useClient()
  const [seen, setSeen] = useState<Seen<Ended, Failed, Status>>(nothingSeen)
  const handle = useLatest((id: string) => client.run(command, id))
  useEffect(() => {
    if (run === undefined) return undefined
    const leaving = new AbortController()
    const { signal } = leaving
    const see = (more: Partial<Seen<Ended, Failed, Status>>) => {
      if (!signal.aborted) setSeen((before) => ({ ...before, ...more }))
    }
    const watch = async () => {
      for await (const status of handle(run).watch({ signal })) see({ status })
    }
    setSeen(nothingSeen)
    // Where nobody may watch, the outcome is still told.
    watch().catch(() => undefined)
    void handle(run)
      .outcome({ signal })
      .then((outcome) => see({ outcome }))
    return () => leaving.abort()
  }, [client, command.name, run, handle])
  const { status, outcome } = seen
  return {
    status,
    outcome,
    value: outcome?.ok ? outcome.value : undefined,
    errors: outcome && !outcome.ok ? outcome.errors : [],
    isRunning: run !== undefined && outcome === undefined,
    cancel: useLatest(() => {
      if (run === undefined) throw new Error('there is no run to cancel yet')
      return client.run(command, run).cancel()
    }),
  }
}

interface Seen<Value, Errors, Status> {
  readonly status: Status | undefined
  readonly outcome: Outcome<Value, Errors> | undefined
}

const nothingSeen: Seen<never, never, never> = { status: undefined, outcome: undefined }
