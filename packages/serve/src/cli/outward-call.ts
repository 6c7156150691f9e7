import {
  type AnyFailure,
  type CallOptions,
  type OpenApp,
  type Outcome,
  type Outgoing,
  outgoingOf,
  outgoingOutcome,
} from '@heddle/core'

/** Calls a command for somebody outside of the process: what is sensitive in its answer stays here. */
export async function outwardCall(
  app: OpenApp,
  name: string,
  input: unknown,
  options: CallOptions,
): Promise<Outcome<unknown, AnyFailure>> {
  const command = app.commands.get(name)
  const outgoing = command && outgoingOf(command)
  const outcome = await app.callByName(
    name,
    input,
    outgoing ? { ...options, ...itemsThrough(outgoing, options) } : options,
  )
  return outgoingOutcome(outgoing, outcome)
}

function itemsThrough(outgoing: Outgoing, { onItem }: CallOptions): Pick<CallOptions, 'onItem'> {
  const tell = onItem as ((item: unknown) => void | Promise<void>) | undefined
  return tell ? { onItem: (item: unknown) => tell(outgoing.item(item)) } : {}
}
