import { useState, useSyncExternalStore } from 'react'
import type { Command, Outcome } from '../../runtime/index.ts'
import { atRest, type CallState, type CommandOptions, CommandStore } from './command-store.ts'
import { useClient } from './provider.ts'
import { useLatest } from './use-latest.ts'

/** What a component calls a command with. */
export interface CommandCaller<Input, Value, Errors> extends CallState<Value, Errors> {
  /** Calls it. Never rejects. The state tells of the newest call. */
  readonly call: (input: Input, options?: CommandOptions) => Promise<Outcome<Value, Errors>>
  /** Ends the newest call. */
  readonly cancel: () => void
  /** Forgets how the newest call ended. */
  readonly reset: () => void
}

/**
 * Calls a command. A call goes on when the component is gone.
 *
 * @example
 * const transfer = useCommand(transferMoney)
 * <button disabled={transfer.isPending} onClick={() => transfer.call({ from, to, cents })}>Transfer</button>
 */
export function useCommand<Input, Value, Errors, Item>(
  command: Command<Input, Value, Errors, Item>,
  options?: CommandOptions,
): CommandCaller<Input, Value, Errors> {
  const client = useClient()
  const [store] = useState(() => new CommandStore<Input, Value, Errors>())
  const state = useSyncExternalStore(store.subscribe, store.state, () => atRest)
  const call = (input: Input, more?: CommandOptions) => store.call(client, command, input, { ...options, ...more })
  return { ...state, call: useLatest(call), cancel: store.cancel, reset: store.reset }
}
