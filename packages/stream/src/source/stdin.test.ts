import { PassThrough, Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { sourceHost } from '../testing/source-host.ts'
import { testSource } from '../testing/test-source.ts'
import { stdinKind, stdinSource } from './stdin.ts'

const lines = ['{"n":0}\n{"n"', ':1}\n', '{"n":2}\nbroken\n{"n":3}']

testSource('stdin', () => ({
  source: stdinSource({}, Readable.from(lines.map((line) => Buffer.from(line)))),
  expected: { '0': [0, 1, 2, 3].map((n) => ({ n })) },
  unread: 1,
}))

test('waits for who writes, and ends when it is closed meanwhile', async () => {
  const input = new PassThrough()
  const open = await stdinSource({ format: 'lines' }, input).open(sourceHost())
  const reader = await open.openPartition('0', undefined)
  const first = reader.read(10)
  input.write('one\ntw')
  expect(await first).toMatchObject({ values: ['one'] })
  const next = reader.read(10)
  await reader.close()
  expect((await next)?.values ?? []).not.toContain('two')
})

test('says that it cannot be read again', () => {
  expect(stdinKind.create({ format: 'csv' }).guarantees.replays).toBe(false)
})
