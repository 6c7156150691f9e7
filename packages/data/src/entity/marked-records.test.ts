import { app, type AnyCommand, command, jsonLog, pii, sensitive } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { sqlite } from '../index.ts'
import { repository } from '../repository/repository.ts'
import { entity } from './entity.ts'

const email = 'ann@example.com'
const secret = 'correct horse battery'
const Person = entity('people.Person', {
  key: 'email',
  fields: {
    email: pii(z.email()),
    token: sensitive(z.string().refine((text) => text !== secret, { error: ({ input }) => `not ${input}` })),
  },
})
const People = repository(Person)

/** What a stranger and the operator see of a call whose body breaks a rule of the entity. */
async function seen(run: AnyCommand): Promise<string> {
  const lines: string[] = []
  const ports = { log: jsonLog('debug', (line) => void lines.push(line)) }
  const people = await app('people', { parts: [run], database: sqlite().simulated!() }).open({ ports })
  const outcome = await people.callByName(run.name, {})
  await people.close()
  return JSON.stringify({ outcome, lines })
}

const facts = { input: z.object({}), output: z.null(), uses: [People] }
const breaking = [
  command('people.InsertWrong', {
    ...facts,
    run: ({ ctx }) => (ctx.use(People).insert({ email, token: secret }), null),
  }),
  command('people.UpdateWrong', {
    ...facts,
    run({ ctx }) {
      const people = ctx.use(People)
      people.update(people.insert({ email, token: 'a' }), { token: secret })
      return null
    },
  }),
  command('people.UpdateStale', {
    ...facts,
    run({ ctx }) {
      const people = ctx.use(People)
      const person = people.insert({ email, token: 'a' })
      people.update(person, { token: 'b' })
      people.update(person, { token: 'c' })
      return null
    },
  }),
  command('people.FindMissing', {
    ...facts,
    async run({ ctx }) {
      await ctx.use(People).getOrThrow(email)
      return null
    },
  }),
]

test.each(breaking.map((run) => [run.name, run] as const))(
  'what %s does wrong is told without marked keys and values',
  async (_name, run) => {
    const told = await seen(run)
    expect(told).toMatch(/InvalidRecord|StaleRecord|NotFound/)
    expect(told).toContain('•••')
    expect(told).not.toContain(email)
    expect(told).not.toContain(secret)
  },
)
