import { join } from 'node:path'
import { app, command, error, pii, sensitive, stream } from 'heddle'
import { z } from 'zod'
import { faults } from '../faults.ts'
import type { Subject } from '../subject.ts'
import { surfacesOf } from './surfaces-of.ts'

const countRows = command('values.CountRows', {
  kind: 'query',
  input: z.object({ rows: z.int().min(0), stopAt: z.int().optional() }),
  output: stream(z.object({ row: z.int(), at: z.date() }), z.object({ total: z.int() })),
  errors: { Stopped: error(z.object({ at: z.int() }), { message: 'It stopped at {at}.', retry: { afterMs: 1500 } }) },
  access: 'public',
  examples: [{ rows: 3 }],
  errorExamples: { Stopped: { rows: 3, stopAt: 2 } },
  async *run({ input: { rows, stopAt }, fail }) {
    for (let row = 1; row <= rows; row++) {
      if (row === stopAt) return fail.Stopped({ at: row })
      yield { row, at: new Date(row) }
    }
    return { total: rows }
  },
})

const kinds = z.object({
  text: z.string(),
  at: z.date(),
  big: z.bigint(),
  nothing: z.null(),
  maybe: z.string().optional(),
  tags: z.set(z.string()),
  counts: z.map(z.string(), z.int()),
  nested: z.object({ list: z.array(z.union([z.string(), z.int()])) }),
})

const tellKinds = command('values.TellKinds', {
  input: kinds,
  output: kinds.extend({ secret: sensitive(z.string()), owner: pii(z.string()) }),
  errors: { Refused: z.object({ at: z.date(), big: z.bigint(), secret: sensitive(z.string()) }) },
  access: 'orders:tell',
  examples: [
    {
      text: 'Grüße, 世界 "🧵"\n',
      at: '2026-01-02T03:04:05.678Z',
      big: '9007199254740993',
      nothing: null,
      tags: ['a', 'b'],
      counts: [['a', 1]],
      nested: { list: ['x', 1] },
    },
  ],
  errorExamples: {
    Refused: {
      text: 'refuse',
      at: '2026-01-02T03:04:05.678Z',
      big: '1',
      nothing: null,
      tags: [],
      counts: [],
      nested: { list: [] },
    } as never,
  },
  run({ input, fail }) {
    if (input.text === 'refuse') return fail.Refused({ at: input.at, big: input.big, secret: 'told to nobody' })
    return { ...input, secret: 'told to nobody', owner: 'Ada' }
  },
})

const forget = command('values.Forget', {
  input: z.object({ what: z.string().default('all') }),
  output: z.void(),
  access: 'orders:forget',
  destructive: true,
  examples: [{}],
  run: () => undefined,
})

const addUp = command('values.AddUp', {
  kind: 'query',
  input: z.array(z.int()),
  output: z.int(),
  errors: { Empty: z.null() },
  access: 'public',
  examples: [[1, 2, 3]],
  errorExamples: { Empty: [] },
  run: ({ input, fail }) => (input.length === 0 ? fail.Empty(null) : input.reduce((sum, each) => sum + each, 0)),
})

const mayHave = command('values.MayHave', {
  kind: 'query',
  input: z.object({ has: z.boolean() }),
  output: z.object({ id: z.string() }).nullable(),
  access: ({ principal }) => ({ allowed: principal?.id !== 'weak', because: 'the weak have nothing' }),
  examples: [{ has: false }],
  run: ({ input: { has } }) => (has ? { id: 'it' } : null),
})

const declare: Subject['declare'] = (tell) =>
  app('values', { parts: [countRows, tellKinds, forget, addUp, mayHave, ...surfacesOf()], hooks: faults(tell) })

/** Values of every kind, streams, an input that is no object, and no value at all. */
export const values: Subject = {
  name: 'values',
  file: join(import.meta.dirname, 'values.ts'),
  declare,
  surroundings: async () => ({ environment: {}, close: async () => undefined }),
  prepare: async () => ({}),
}

export default declare(() => undefined)
