import { expect, test } from 'vitest'
import { eventsIn, linesIn } from './runtime/lines.ts'

/** Text in pieces of a few bytes, as connections bring it. */
const inPieces = (text: string, size: number) => {
  const bytes = new TextEncoder().encode(text)
  return new ReadableStream<Uint8Array>({
    start(controller) {
      for (let start = 0; start < bytes.length; start += size) controller.enqueue(bytes.subarray(start, start + size))
      controller.close()
    },
  })
}

test.each([1, 2, 3, 100])('lines come whole, wherever they were cut (%i bytes)', async (size) => {
  const lines: string[] = []
  for await (const line of linesIn(inPieces('größe\n\n{"a":"€"}\nlast', size))) lines.push(line)
  expect(lines).toEqual(['größe', '', '{"a":"€"}', 'last'])
})

test('events come with their names, ids and lines; comments are left out, and an id alone says where to go on', async () => {
  const text = 'retry: 5\n\n:\n\nevent: value\nid: a\ndata: {"x":\ndata: 1}\n\nid: b\n\ndata:2\r\n\r\n'
  const events: unknown[] = []
  for await (const event of eventsIn(inPieces(text, 4), Infinity)) events.push(event)
  expect(events).toEqual([
    { id: 'a', name: 'value', data: '{"x":\n1}' },
    { id: 'b', name: 'message', data: '' },
    { id: 'b', name: 'message', data: '2' },
  ])
})

test('a body that nobody reads on is ended', async () => {
  let isCancelled = false
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new TextEncoder().encode('a\n')),
    cancel: () => void (isCancelled = true),
  })
  for await (const _ of linesIn(body)) break
  expect(isCancelled).toBe(true)
})
