import { useEffect, useState } from 'react'
import type { EventOptions, EventType, ToldOf } from '../../runtime/index.ts'
import { useClient } from './provider.ts'
import { useLatest } from './use-latest.ts'

/** Options of `useEvents`. */
export interface UseEventsOptions<Type extends EventType> extends Pick<EventOptions, 'after'> {
  /** Called for each. */
  readonly onEvent?: ((event: ToldOf<Type>) => void) | undefined
  /** How many of the newest are kept. @default 100 */
  readonly keep?: number | undefined
  /** Follows nothing while it is set. */
  readonly isPaused?: boolean | undefined
}

/** What a component knows of events. */
export interface EventsHeard<Type extends EventType> {
  /** The newest, oldest first. */
  readonly events: readonly ToldOf<Type>[]
  /** Why no more come: an `OutcomeError` where the server refuses them, an `EventsLost` where some were removed unread. */
  readonly error: Error | undefined
}

/**
 * Events as they happen, without a gap: a connection that breaks is taken up again behind the last one.
 *
 * @example
 * const { events } = useEvents([moneyTransferred], { keep: 10 })
 */
export function useEvents<Types extends readonly EventType[]>(
  types: Types,
  options: UseEventsOptions<Types[number]> = {},
): EventsHeard<Types[number]> {
  const client = useClient()
  const { after, keep = 100, isPaused = false } = options
  const [heard, setHeard] = useState<EventsHeard<Types[number]>>(nobody)
  const take = useLatest((event: ToldOf<Types[number]>) => {
    options.onEvent?.(event)
    if (keep > 0) setHeard(({ events }) => ({ events: [...events, event].slice(-keep), error: undefined }))
  })
  const newest = useLatest(() => types)
  const names = types.map(({ name }) => name).join(' ')
  useEffect(() => {
    if (isPaused) return undefined
    const leaving = new AbortController()
    const follow = async () => {
      for await (const event of client.events(newest(), { after, signal: leaving.signal })) {
        if (leaving.signal.aborted) return
        take(event)
      }
    }
    setHeard(nobody)
    follow().catch((error: Error) => {
      if (!leaving.signal.aborted) setHeard(({ events }) => ({ events, error }))
    })
    return () => leaving.abort()
  }, [client, names, after, isPaused, newest, take])
  return heard
}

const nobody: EventsHeard<never> = { events: [], error: undefined }
