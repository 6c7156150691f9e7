import {
  type AnyFailure,
  type CallOptions,
  decodeLimits,
  type OpenApp,
  type Outcome,
  type Outgoing,
  outgoingOf,
  outgoingOutcome,
} from '@heddle/core'
import { type FilesInJson, filesInJson } from '../http/file/inline-files.ts'

/** Calls a command for somebody outside of the process: what is sensitive in its answer stays here. */
export async function outwardCall(
  app: OpenApp,
  name: string,
  input: unknown,
  options: CallOptions,
): Promise<Outcome<unknown, AnyFailure>> {
  const command = app.commands.get(name)
  const outgoing = command && outgoingOf(command)
  const files = command && filesInJson(command.output, { name: 'maxBodyBytes', limit: decodeLimits.maxBodyBytes })
  const made = outgoing || files ? { ...options, ...itemsThrough(outgoing, files, options) } : options
  const outcome = outgoingOutcome(outgoing, await app.callByName(name, input, made))
  return files ? files.outcome(outcome) : outcome
}

function itemsThrough(
  outgoing: Outgoing | undefined,
  files: FilesInJson | undefined,
  { onItem }: CallOptions,
): Pick<CallOptions, 'onItem'> {
  const tell = onItem as ((item: unknown) => void | Promise<void>) | undefined
  if (!tell) return {}
  const through = outgoing ? (item: unknown) => tell(outgoing.item(item)) : tell
  return { onItem: files ? files.items(through) : through }
}
