import { bodyOf, fieldText, sendable } from './body.ts'
import { restore } from './cast.ts'
import type { Attempt, Context, Piece } from './context.ts'
import { downloaded } from './download.ts'
import { clientFailure, failed } from './failures.ts'
import { linesIn } from './lines.ts'
import { type ClientRequest, open } from './open.ts'
import { queryText } from './query-text.ts'
import type { AnyCommand, AnyFailure, Outcome } from './types.ts'

/** How long a server that was told the time is waited for when it is over. */
export const graceMs = 500

/** A call over plain HTTP, made once. */
export async function callOverHttp(context: Context, attempt: Attempt): Promise<Outcome<unknown>> {
  const { command } = attempt
  const opened = await open(context, requestOf(context, attempt, 'application/json'))
  if (!('response' in opened)) return failed(opened)
  const { response } = opened
  try {
    if (!response.ok) return { ok: false, errors: await errorsOf(command, response) }
    if (response.status === 204) return { ok: true, value: undefined }
    if (command.file) return { ok: true, value: downloaded(response) }
    return { ok: true, value: restore(command.value, await response.json(), command.types) }
  } catch (cause) {
    return failed(opened.failureOf(cause))
  } finally {
    opened.end()
  }
}

/** The pieces of a streamed answer over plain HTTP. The server waits while nobody reads on. */
export async function* piecesOverHttp(context: Context, attempt: Attempt): AsyncGenerator<Piece, void, void> {
  const opened = await open(context, requestOf(context, attempt, 'application/x-ndjson'))
  if (!('response' in opened)) return yield { errors: [opened] }
  const { response } = opened
  try {
    if (!response.ok) return yield { errors: await errorsOf(undefined, response) }
    if (response.body)
      for await (const line of linesIn(response.body)) {
        const piece = JSON.parse(line) as Piece
        yield piece
        if ('value' in piece || 'errors' in piece) return
      }
    yield { errors: [clientFailure('Unavailable', { reason: 'the answer broke off' })] }
  } catch (cause) {
    yield { errors: [opened.failureOf(cause)] }
  } finally {
    opened.end()
  }
}

/** The headers that every request has. */
export function baseHeaders({ options }: Context, accept: string, tenant = options.tenant): Record<string, string> {
  const headers: Record<string, string> = { accept, ...options.headers }
  if (tenant !== undefined) headers['heddle-tenant'] = encodeURIComponent(tenant)
  return headers
}

/** Where a command is served: `bank.TransferMoney` at `/bank/TransferMoney`. */
export const pathOf = (name: string): string => `/${name.replaceAll('.', '/')}`

/** Where a call goes, and what of its input does not stand in the path. */
function placeOf({ name, at }: AnyCommand, input: unknown) {
  if (at === undefined) return { method: 'POST', path: pathOf(name), rest: input }
  const [method = '', pattern = ''] = at.split(' ')
  const rest = { ...(input as Readonly<Record<string, unknown>>) }
  const path = pattern.replaceAll(/\{(\w+)\}/g, (_, field: string) => {
    const text = fieldText(rest[field])
    delete rest[field]
    return encodeURIComponent(text)
  })
  return { method, path, rest }
}

const requestOf = (context: Context, attempt: Attempt, type: string): ClientRequest =>
  sendable(() => madeRequest(context, attempt, type))

function madeRequest(context: Context, attempt: Attempt, type: string): ClientRequest {
  const { command, input, key, leftMs, signal, tenant } = attempt
  const headers = baseHeaders(context, command.file ? '*/*' : type, tenant)
  const { method, path, rest } = placeOf(command, input)
  const body = method === 'GET' ? undefined : bodyOf(command, rest)
  if (typeof body === 'string') headers['content-type'] = 'application/json'
  if (key !== undefined) headers['idempotency-key'] = key
  if (attempt.tellsTimeout) headers['request-timeout'] = (leftMs / 1000).toFixed(3)
  // A server that knows the time says itself that it is over.
  const limitMs = attempt.tellsTimeout ? leftMs + graceMs : leftMs
  return { path: method === 'GET' ? path + queryText(rest) : path, method, headers, body, signal, limitMs }
}

/** The errors in an answer. What is no answer of an app, e.g. the page of a proxy, is `Unavailable`. */
export async function errorsOf(command: AnyCommand | undefined, response: Response): Promise<readonly AnyFailure[]> {
  const { status } = response
  if (response.headers.get('content-type')?.includes('problem+json')) {
    const { errors } = (await response.json()) as { readonly errors: readonly AnyFailure[] }
    return command ? errors.map((error) => restoredFailure(command, error)) : errors
  }
  await response.body?.cancel()
  return [clientFailure('Unavailable', { reason: `it answered ${status}` })]
}

/** An error with dates and the like in its data, where the command declares it. */
export function restoredFailure({ errors, types }: AnyCommand, error: AnyFailure): AnyFailure {
  const cast = error.via.length === 0 ? errors?.[error.code] : undefined
  return cast === undefined ? error : { ...error, data: restore(cast, error.data, types) }
}
