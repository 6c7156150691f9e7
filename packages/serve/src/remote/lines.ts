import type { Readable } from 'node:stream'

/** One line was longer than is read. */
export class LongLine extends Error {}

/**
 * The lines of a streamed answer, one after another: nothing is read ahead of whoever takes them but what the connection has
 * in its buffer.
 *
 * @throws {LongLine}
 */
export async function* linesOf(body: Readable, maxBytes: number): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of body as AsyncIterable<Uint8Array>) {
    const text = rest + decoder.decode(chunk, { stream: true })
    let from = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
      if (end > from) yield text.slice(from, end)
      from = end + 1
    }
    rest = text.slice(from)
    if (rest.length > maxBytes) throw new LongLine()
  }
  if (rest !== '') yield rest
}
