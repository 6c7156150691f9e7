import type { Asked, Setting } from '../driver.ts'

/** Sends a call as any client over HTTP does. */
export function post(
  { url, people }: Setting,
  name: string,
  input: unknown,
  asked: Asked,
  accept: string,
): Promise<Response> {
  const { as, tenant, key, timeoutMs, signal } = asked
  return fetch(`${url}/${name.replaceAll('.', '/')}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept,
      ...people.headers(as),
      ...(tenant !== undefined && { 'heddle-tenant': tenant }),
      ...(key !== undefined && { 'idempotency-key': `"${key}"` }),
      ...(timeoutMs !== undefined && { 'request-timeout': String(timeoutMs / 1000) }),
    },
    body: JSON.stringify(input),
    signal,
  })
}

/** What of a promise comes, or nothing where the caller has left. */
export const unlessLeft = <Value>(
  answer: Promise<Value>,
  signal: AbortSignal | undefined,
): Promise<Value | undefined> =>
  answer.catch((thrown: unknown) => {
    if (signal?.aborted) return undefined
    throw thrown
  })
