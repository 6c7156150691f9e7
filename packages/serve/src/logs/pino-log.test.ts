import { Writable } from 'node:stream'
import { app, command } from '@heddle/core'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { pinoLog } from './pino-log.ts'

test('lines of an app go to a pino logger, at its levels', async () => {
  const lines: Record<string, unknown>[] = []
  const target = new Writable({
    write(line: Buffer, _encoding, done) {
      lines.push(JSON.parse(line.toString()) as Record<string, unknown>)
      done()
    },
  })
  const logger = pino({ level: 'info' }, target)
  const say = command('notes.Say', {
    input: z.null(),
    output: z.null(),
    run({ ctx }) {
      ctx.log('debug', 'too quiet')
      ctx.log('warning', 'said', { count: 3n })
      return null
    },
  })
  const opened = await app('notes', { parts: [say] }).open({ ports: { log: pinoLog(logger) } })
  await opened.callOrThrow(say, null)
  logger.level = 'debug'
  await opened.callOrThrow(say, null)
  await opened.close()
  expect(lines.map(({ level, msg, command: name, count }) => [level, msg, name, count])).toEqual([
    [40, 'said', 'notes.Say', '3'],
    [20, 'too quiet', 'notes.Say', undefined],
    [40, 'said', 'notes.Say', '3'],
  ])
})
