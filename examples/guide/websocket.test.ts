import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import declared from './websocket.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-'))
const hall = await declared.open({ folder })
let url: string
beforeAll(async () => {
  const [line = ''] = await hall.start()
  url = line.replace('ready http', 'ws')
})
afterAll(async () => {
  await hall.close()
  rmSync(folder, { recursive: true })
})

type Frame = Readonly<Record<string, unknown>>

/** What is told until a frame fits, by a client that any platform has. */
async function conversation(sent: readonly (object | Uint8Array<ArrayBuffer>)[], isLast: (frame: Frame) => boolean) {
  const socket = new WebSocket(`${url}/_heddle/ws`, 'heddle.v1')
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  const frames: Frame[] = []
  const ended = new Promise<void>((resolve) =>
    socket.addEventListener('message', ({ data }) => {
      frames.push(JSON.parse(data as string) as Frame)
      if (isLast(frames.at(-1)!)) resolve()
    }),
  )
  for (const frame of sent) socket.send(frame instanceof Uint8Array ? frame : JSON.stringify(frame))
  await ended
  socket.close()
  return frames
}

test('a call is answered, and a query is answered anew when what it rests on changes', async () => {
  const frames = await conversation(
    [
      { authorization: 'Bearer this-way' },
      { id: 2, subscribe: { query: 'hall.CountTaken' } },
      { id: 1, call: 'hall.TakeSeat', input: { id: 'A7' }, key: 'order-7' },
    ],
    ({ id, value }) => id === 2 && (value as { taken: number }).taken === 1,
  )
  expect(frames[0]).toEqual({ principal: 'uli' })
  expect(frames).toContainEqual({ id: 1, value: { id: 'A7' } })
  expect(frames.at(-1)).toMatchObject({ id: 2, at: expect.any(String) })
})

test('a file goes in binary frames', async () => {
  const text = new TextEncoder().encode('all the world')
  const frames = await conversation(
    [
      { id: 1, call: 'hall.ReadAloud', input: { script: { upload: 1, type: 'text/plain' } } },
      new Uint8Array([0, 0, 0, 1, ...text]),
      new Uint8Array([0, 0, 0, 1]),
    ],
    ({ value }) => value !== undefined,
  )
  expect(frames).toEqual([
    { id: 1, item: 'all' },
    { id: 1, item: 'the' },
    { id: 1, item: 'world' },
    { id: 1, value: { words: 3 } },
  ])
})
