import { command } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { levelsOf, levelsOutput } from './levels.ts'

/** Tells which log lines are written. */
export const listLogLevels = command('heddle.ListLogLevels', {
  kind: 'query',
  summary: 'Tell which log lines the process writes',
  input: z.object({}),
  output: levelsOutput,
  access: 'heddle:operate',
  uses: [SubjectPort],
  run: ({ ctx }) => levelsOf(ctx.use(SubjectPort).ports?.log).read(),
})
