import { z } from 'zod'
import { idForm } from '../../plan/id.ts'
import { expressionText } from '../step-list.ts'
import { streamKind } from './stream-kind.ts'

/** Parts a stream in several. */
export const branch = streamKind({
  name: 'branch',
  summary: 'Gives each record to the first side whose condition is true; the rest goes on',
  config: z
    .record(z.string().regex(idForm, 'Invalid name: expected e.g. big'), expressionText)
    .refine((sides) => Object.keys(sides).length > 0, { error: 'There is no side' }),
  examples: [{ big: 'it.cents > 100000', small: 'it.cents < 100' }],
  expressions: (config) => Object.entries(config).map(([name, text]) => ({ path: [name], text })),
  job: { accepts: () => 'changes', value: 'same', sides: (config) => Object.keys(config) },
  detail: (config) => Object.keys(config).join(', '),
  type(config, typing) {
    for (const [name, text] of Object.entries(config)) {
      typing.fits(typing.expression(text, [name]), { kind: 'boolean', nullable: true }, [name], 'the condition')
    }
    return typing.it
  },
})
