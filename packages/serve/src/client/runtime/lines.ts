import { later } from './host.ts'

/**
 * The lines of a body of text, as they come. Ends the body when nobody reads on, and where it says nothing for so long.
 */
export async function* linesIn(
  body: ReadableStream<Uint8Array>,
  silenceMs = Infinity,
): AsyncGenerator<string, void, void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  // Does nothing to a body that has ended.
  const cancel = () => void reader.cancel().catch(() => undefined)
  let rest = ''
  try {
    for (;;) {
      const stop = silenceMs === Infinity ? undefined : later(silenceMs, cancel)
      const { done, value } = await reader.read()
      stop?.()
      const lines = (rest + (done ? decoder.decode() : decoder.decode(value, { stream: true }))).split('\n')
      rest = lines.pop()!
      yield* lines
      if (done) break
    }
    if (rest !== '') yield rest
  } finally {
    cancel()
  }
}

/** An event of `text/event-stream`. One without data only says where to go on. */
export interface SentEvent {
  readonly id: string | undefined
  readonly name: string
  readonly data: string
}

/** The events of a body (the HTML standard, 9.2). Comments, which only keep the connection, are left out. */
export async function* eventsIn(
  body: ReadableStream<Uint8Array>,
  silenceMs: number,
): AsyncGenerator<SentEvent, void, void> {
  let id: string | undefined
  let told: string | undefined
  let name = 'message'
  let data: string[] = []
  for await (const line of linesIn(body, silenceMs)) {
    const text = line.endsWith('\r') ? line.slice(0, -1) : line
    if (text === '') {
      if (data.length > 0 || id !== told) yield { id, name, data: data.join('\n') }
      told = id
      name = 'message'
      data = []
      continue
    }
    const colon = text.indexOf(':')
    const field = colon < 0 ? text : text.slice(0, colon)
    const value = colon < 0 ? '' : text.slice(colon + 1).replace(/^ /, '')
    if (field === 'data') data.push(value)
    else if (field === 'event') name = value
    else if (field === 'id') id = value
  }
}
