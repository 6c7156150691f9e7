import type { Context } from './context.ts'
import { clientFailure, failed } from './failures.ts'
import { open } from './open.ts'
import { baseHeaders, errorsOf } from './over-http.ts'
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
  manifest: string,
  commands: readonly { readonly name: string; readonly hash: string }[] | undefined,
): Promise<Outcome<Compatibility>> {
  const headers = baseHeaders(context, 'application/json')
  headers['content-type'] = 'application/json'
  const hashes = commands && Object.fromEntries(commands.map(({ name, hash }) => [name, hash]))
  const body = JSON.stringify({ manifest, commands: hashes })
  const { timeoutMs: limitMs, signal } = context
  const opened = await open(context, { path: '/_heddle/compatible', method: 'POST', headers, body, signal, limitMs })
  if (!('response' in opened)) return failed(opened)
  try {
    if (!opened.response.ok) return { ok: false, errors: await errorsOf(undefined, opened.response) }
    const compatibility = (await opened.response.json()) as Compatibility
    if (compatibility.verdict === 'breaking') return failed(clientFailure('Incompatible', compatibility))
    return { ok: true, value: compatibility }
  } catch (cause) {
    return failed(opened.failureOf(cause))
  } finally {
    opened.end()
  }
}
