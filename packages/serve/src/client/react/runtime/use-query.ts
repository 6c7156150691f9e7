import { useCallback, useSyncExternalStore } from 'react'
import type { Command, Outcome, Query, QueryOptions, QueryState } from '../../runtime/index.ts'
import { useClient } from './provider.ts'

/** Options of `useQuery`. */
export interface UseQueryOptions<Value> extends QueryOptions {
  /** Shown until the first answer: what a server has put into the page. */
  readonly initial?: Value | undefined
}

/** What a component knows of a query. */
export interface QueryAnswer<Value, Errors> {
  /** The newest value; kept when a later call fails. */
  readonly value: Value | undefined
  /** Why the newest call has failed; empty where it has not. */
  readonly errors: readonly Errors[]
  /** The newest outcome; undefined before the first. */
  readonly outcome: Outcome<Value, Errors> | undefined
  readonly isLoading: boolean
  /** Whether a new answer is due: the value may be an old one. */
  readonly isStale: boolean
  /** Asks anew. */
  readonly refetch: () => Promise<Outcome<Value, Errors>>
}

/** Before the first answer, and where pages are rendered on a server. */
const unknown: QueryState<never, never> = { outcome: undefined, value: undefined, isLoading: true, isStale: true }
const idle: QueryState<never, never> = { ...unknown, isLoading: false }

/**
 * The answer of a query, asked for anew when a command of the app has changed what it may be, in this tab or another one.
 * All components that ask the same share one answer. Without an input nothing is asked.
 *
 * @example
 * const { value, errors, isLoading } = useQuery(findAccount, { id }, { live: true })
 */
export function useQuery<Input, Value, Errors>(
  query: Command<Input, Value, Errors>,
  input: NoInfer<Input> | undefined,
  options: UseQueryOptions<NoInfer<Value>> = {},
): QueryAnswer<Value, Errors> {
  const client = useClient()
  // The client gives the same object for the same input.
  const kept: Query<Value, Errors> | undefined = input === undefined ? undefined : client.query(query, input, options)
  const subscribe = useCallback((heard: () => void) => kept?.subscribe(heard) ?? nothing, [kept])
  const refetch = useCallback(() => kept?.refresh() ?? never, [kept])
  const before: QueryState<Value, Errors> = kept ? unknown : idle
  const state = useSyncExternalStore(
    subscribe,
    () => kept?.state() ?? idle,
    () => before,
  )
  const { outcome, value = outcome ? undefined : options.initial } = state
  return {
    value,
    errors: outcome && !outcome.ok ? outcome.errors : [],
    outcome,
    // Between the first render and the subscription nothing is under way yet.
    isLoading: state.isLoading || (kept !== undefined && outcome === undefined),
    isStale: state.isStale,
    refetch,
  }
}

const nothing = () => undefined
/** Where there is nothing to ask. */
const never = /* @__PURE__ */ new Promise<never>(nothing)
