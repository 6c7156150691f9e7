import { z } from 'zod'
import { typeOfSchema } from '../../expression/types/type-of-schema.ts'
import { tellIssues } from '../../validate/tell-issues.ts'
import { streamKind } from './stream-kind.ts'

/** An operator that was given in code. */
export const operator = streamKind({
  name: 'operator',
  summary: 'Runs an operator that is given in code by its name',
  config: z.strictObject({
    name: z.string().min(1).describe('The name of the operator'),
    config: z.json().optional().describe('Its settings'),
  }),
  short: 'name',
  examples: ['smooth', { name: 'smooth', config: { factor: 0.5 } }],
  job: { value: 'made', takesAll: () => true, mayRekey: () => true },
  type({ name, config }, typing) {
    const found = typing.operator(name, ['name'])
    const read = found?.config?.safeParse(config)
    if (read && !read.success) {
      tellIssues(read.error.issues, config, ['config'], (problem) => typing.tell(problem))
    }
    typing.flows(found?.accepts, found?.emits)
    for (const side of found?.sides ?? []) typing.side(side, { kind: 'unknown' })
    return found?.output === undefined ? { kind: 'unknown' } : typeOfSchema(found.output)
  },
})
