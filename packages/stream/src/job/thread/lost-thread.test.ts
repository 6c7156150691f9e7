import { once } from 'node:events'
import { Worker, type WorkerOptions } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { exitedWith, lostThread, uncaught } from './lost-thread.ts'

const ended = async (code: string, event: 'error' | 'exit', options: WorkerOptions = {}): Promise<unknown> =>
  ((await once(new Worker(code, { eval: true, ...options }), event)) as unknown[])[0]

test('a thread without memory is told as such, with what may hold less', async () => {
  const code = 'const held = []; for (;;) held.push(new Array(100000).fill(held.length))'
  const thrown = await ended(code, 'error', { resourceLimits: { maxOldGenerationSizeMb: 16 } })
  const { message, help } = lostThread('flights.Delays', uncaught(thrown), 'hourly')
  expect(message).toBe(
    'The thread of flights.Delays is gone: it ran out of memory, while the step "hourly" was at work.',
  )
  expect(help).toMatch(/^It begins anew from its checkpoint\. Let its steps hold less/)
})

test('an error that nobody caught is told with its message', async () => {
  const thrown = await ended("setImmediate(() => { throw new Error('The line is cut.') })", 'error')
  const { message, help } = lostThread('flights.Delays', uncaught(thrown))
  expect(message).toBe('The thread of flights.Delays is gone: an error that nobody caught: The line is cut.')
  expect(help).toMatch(/^It begins anew from its checkpoint\. A step that begins something and does not wait/)
})

test('a thread that was ended is told with its exit code', async () => {
  const code = (await ended('process.exit(3)', 'exit')) as number
  const { message, help } = lostThread('flights.Delays', exitedWith(code))
  expect(message).toBe('The thread of flights.Delays is gone: it ended with the code 3.')
  expect(help).toContain('process.exit')
})
