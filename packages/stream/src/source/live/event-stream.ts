/** An event of a stream. */
export interface ServerEvent {
  readonly event: string
  readonly data: string
  /** The last id that the stream told; it stays for those after it. */
  readonly id: string | undefined
}

/** The longest line of a stream, in characters (limit `sse.line`). */
const lineLimit = 1024 * 1024

/**
 * Reads `text/event-stream`.
 *
 * Source: HTML Standard, section 9.2.6, Interpreting an event stream.
 *
 * @throws {RangeError} for a line that is too long
 */
export async function* eventStream(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ServerEvent, void> {
  const decoder = new TextDecoder()
  let rest = ''
  let endsInReturn = false
  let data: string[] = []
  let event = ''
  let id: string | undefined
  for await (const piece of bytes) {
    let text = decoder.decode(piece, { stream: true })
    if (endsInReturn && text.startsWith('\n')) text = text.slice(1)
    if (text !== '') endsInReturn = text.endsWith('\r')
    const lines = (rest + text).split(/\r\n|\r|\n/)
    rest = lines.pop()!
    if (rest.length > lineLimit) throw new RangeError(`a line is longer than ${lineLimit} characters`)
    for (const line of lines) {
      if (line === '') {
        if (data.length > 0) yield { event: event || 'message', data: data.join('\n'), id }
        data = []
        event = ''
        continue
      }
      const colon = line.indexOf(':')
      const field = colon < 0 ? line : line.slice(0, colon)
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
      if (field === 'data') data.push(value)
      else if (field === 'event') event = value
      else if (field === 'id' && !value.includes('\0')) id = value
    }
  }
}
