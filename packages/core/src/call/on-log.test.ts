import { expect, test } from 'vitest'
import { z } from 'zod'
import { app } from '../app/define.ts'
import { command } from '../command/command.ts'
import { createLogLevels } from '../ports/log-levels.ts'
import { type LogLine, memoryLog } from '../ports/log.ts'
import { sensitive } from '../schema/annotate/annotate.ts'

test('whoever calls may hear all that is logged, below the level of the log too, without what is secret', async () => {
  const inner = command('logs.Inner', {
    input: z.object({ pin: sensitive(z.string()) }),
    output: z.null(),
    run({ input: { pin }, ctx }) {
      ctx.log('debug', `the pin is ${pin}`, { pin })
      return null
    },
  })
  const outer = command('logs.Outer', {
    input: z.object({ pin: sensitive(z.string()) }),
    output: z.null(),
    calls: [inner],
    run({ input, call, ctx }) {
      ctx.log('info', 'begins', { step: 1 })
      return call(inner, input)
    },
  })
  const log = { ...memoryLog(), levels: createLogLevels('info') }
  const opened = await app('logs', { parts: [inner, outer] }).open({ ports: { log } })
  const heard: LogLine[] = []
  await opened.call(outer, { pin: 'secret-1234' }, { onLog: (line) => void heard.push(line) })
  expect(heard).toMatchObject([
    { severity: 'info', message: 'begins', fields: { command: 'logs.Outer', step: 1 } },
    { severity: 'debug', fields: { command: 'logs.Inner' } },
  ])
  expect(JSON.stringify(heard)).not.toContain('secret-1234')
  expect(log.lines.map(({ message }) => message)).toEqual(['begins'])
  await opened.close()
})
