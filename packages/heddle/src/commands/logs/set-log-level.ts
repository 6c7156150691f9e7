import { command } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { levelsOf, levelsOutput, levelType } from './levels.ts'

/** Sets which log lines are written, for all or for one domain, until the process ends. */
export const setLogLevel = command('heddle.SetLogLevel', {
  summary: 'Set which log lines the process writes, for all or for one domain',
  input: z.object({
    level: levelType.or(z.literal('default')).describe('`default` is the level it began with, or that of the others'),
    domain: z.string().min(1).max(200).optional().describe('Missing: all that have no level of their own'),
  }),
  output: levelsOutput,
  access: 'heddle:operate',
  uses: [SubjectPort],
  run({ input: { level, domain }, ctx }) {
    const levels = levelsOf(ctx.use(SubjectPort).ports?.log)
    levels.set(level === 'default' ? undefined : level, domain)
    return levels.read()
  },
})
