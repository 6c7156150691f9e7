import type { CallOptions, Client, Command, Outcome, Progress } from '../../runtime/index.ts'

/** What a component knows of the newest call that it made. */
export interface CallState<Value, Errors> {
  readonly isPending: boolean
  /** How the newest call ended; undefined before, and while one is under way. */
  readonly outcome: Outcome<Value, Errors> | undefined
  readonly value: Value | undefined
  /** Why it has failed; empty where it has not. */
  readonly errors: readonly Errors[]
  /** How far it is, where that was asked for. */
  readonly progress: Progress | undefined
}

/** Calls of one component. */
export class CommandStore<Input, Value, Errors> {
  #state: CallState<Value, Errors> = atRest
  #calling: AbortController | undefined
  readonly #listeners = new Set<() => void>()

  readonly state = (): CallState<Value, Errors> => this.#state

  readonly subscribe = (heard: () => void): (() => void) => {
    this.#listeners.add(heard)
    return () => void this.#listeners.delete(heard)
  }

  async call(
    client: Client,
    command: Command<Input, Value, Errors, unknown>,
    input: Input,
    { withProgress, ...options }: CommandOptions,
  ): Promise<Outcome<Value, Errors>> {
    const calling = (this.#calling = new AbortController())
    const isNewest = () => this.#calling === calling
    const { signal, onProgress } = options
    if (signal?.aborted) calling.abort()
    const leave = () => calling.abort()
    signal?.addEventListener('abort', leave)
    this.#tell({ ...atRest, isPending: true })
    const told = (progress: Progress) => {
      if (isNewest()) this.#tell({ ...this.#state, progress })
      onProgress?.(progress)
    }
    const outcome = await client.call(command, input, {
      ...options,
      signal: calling.signal,
      onProgress: withProgress || onProgress ? told : undefined,
    })
    signal?.removeEventListener('abort', leave)
    if (isNewest()) this.#tell({ ...ended(outcome), progress: this.#state.progress })
    return outcome
  }

  /** Ends the newest call. */
  readonly cancel = (): void => this.#calling?.abort()

  /** Forgets how the newest call ended. */
  readonly reset = (): void => {
    this.#calling = undefined
    this.#tell(atRest)
  }

  #tell(state: CallState<Value, Errors>): void {
    this.#state = state
    for (const heard of this.#listeners) heard()
  }
}

/** Options of calls of a component. */
export interface CommandOptions extends CallOptions {
  /** Has the server tell how far the call is. @default false */
  readonly withProgress?: boolean | undefined
}

/** Before the first call. */
export const atRest: CallState<never, never> = {
  isPending: false,
  outcome: undefined,
  value: undefined,
  errors: [],
  progress: undefined,
}

function ended<Value, Errors>(outcome: Outcome<Value, Errors>): CallState<Value, Errors> {
  return outcome.ok ? { ...atRest, outcome, value: outcome.value } : { ...atRest, outcome, errors: outcome.errors }
}
