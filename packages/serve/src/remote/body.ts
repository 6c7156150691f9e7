import type { RemoteResponse } from './connection.ts'

/** The whole text of an answer; undefined where it is larger than that. */
export async function textOf({ headers, body }: RemoteResponse, maxBytes: number): Promise<string | undefined> {
  const length = Number(headers['content-length'] ?? Number.NaN)
  if (length <= maxBytes) return body.text()
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength
    // Leaving the loop ends the connection.
    if (bytes > maxBytes) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Whether an answer is of a type, whatever its parameters. */
export function isOfType({ headers }: Pick<RemoteResponse, 'headers'>, ...types: readonly string[]): boolean {
  const [type = ''] = String(headers['content-type'] ?? '').split(';')
  return types.includes(type.trim().toLowerCase())
}

/** A JSON text; undefined for what is none. */
export function parsed(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}
