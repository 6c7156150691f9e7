import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { sinkHost } from '../testing/source-host.ts'
import { testSink } from '../testing/test-sink.ts'
import { stdoutSink, stdoutSinkKind } from './stdout.ts'

testSink('stdout', () => {
  const out = new PassThrough({ highWaterMark: 10 })
  let text = ''
  const read = (piece: Buffer) => {
    text += String(piece)
  }
  out.on('data', read)
  return {
    sink: stdoutSink(out),
    read: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown),
    block() {
      out.off('data', read).pause()
      return () => void out.on('data', read).resume()
    },
  }
})

test('marks what is withdrawn', async () => {
  const out = new PassThrough()
  const open = await stdoutSink(out).open(sinkHost())
  await open.write([{ id: 'a', value: { n: 1 }, key: undefined, time: 0, weight: -1 }], 1)
  expect(String(out.read())).toBe('{"withdrawn":{"n":1}}\n')
  expect(stdoutSinkKind.create({}, { kind: 'unknown' }).delivery).toBe('plain')
})
