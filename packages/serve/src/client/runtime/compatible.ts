import type { Attempt, Context } from './context.ts'
import { clientFailure, failed } from './failures.ts'
import { callOverHttp } from './over-http.ts'
import type { MadeFrom } from './client.ts'
import type { Outcome } from './types.ts'

/** How a server stands to what a client was made from. */
export interface Compatibility {
  /** `unknown`: nobody remembers what the client was made from, and something is not the same. */
  readonly verdict: 'safe' | 'breaking' | 'unknown'
  /** The hash of what the server serves. */
  readonly manifest: string
  readonly changes: readonly {
    readonly item: string
    readonly change: string
    readonly level: string
    readonly reason: string
  }[]
}

/** Asks a server whether it fits a manifest, or some commands of it. */
export async function comparedWith(
  context: Context,
  from: MadeFrom,
  commands: readonly { readonly name: string; readonly hash: string }[] | undefined,
): Promise<Outcome<Compatibility>> {
  const hashes = commands && Object.fromEntries(commands.map(({ name, hash }) => [name, hash]))
  const attempt: Attempt = {
    command: { name: '', hash: '', kind: 'query', at: 'POST /_heddle/compatible' },
    input: { ...from, commands: hashes },
    key: undefined,
    signal: context.signal,
    leftMs: context.timeoutMs,
    tellsTimeout: false,
    tenant: undefined,
  }
  const outcome = (await callOverHttp(context, attempt)) as Outcome<Compatibility>
  return outcome.ok && outcome.value.verdict === 'breaking'
    ? failed(clientFailure('Incompatible', outcome.value))
    : outcome
}
