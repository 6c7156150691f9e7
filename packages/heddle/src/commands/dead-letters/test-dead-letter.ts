import { command, type DeadLetter, systemFailure } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { letterOrThrow, lettersOf } from './letter-type.ts'
import { makeUp } from './make-up.ts'

/** Writes a test that makes the call of a dead letter again. It fails until the cause is mended. */
export const testDeadLetter = command('heddle.TestDeadLetter', {
  kind: 'query',
  summary: 'Write a test that makes the call of a dead letter again',
  input: z.object({ id: z.string(), app: z.string().default('./app.ts').describe('How the test imports the app') }),
  output: z.object({ file: z.string(), text: z.string() }),
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { id, app }, ctx }) {
    const { running, letters } = lettersOf(ctx.use(SubjectPort))
    const letter = await letterOrThrow(letters, ctx.tenant, id)
    const called = running.commands.get(letter.command)
    if (!called) throw systemFailure('UnknownCommand', { name: letter.command })
    const input = makeUp(called.input, letter.input)
    return { file: `dead-letter-${id}.test.ts`, text: testOf(letter, input, app) }
  },
})

function testOf({ id, command: name, tenant, at, errors: [first] }: DeadLetter, input: unknown, app: string): string {
  const written = JSON.stringify(input, undefined, 2).replaceAll('\n', '\n  ')
  const options = tenant === 'main' ? "{ from: 'json' }" : `{ from: 'json', tenant: ${JSON.stringify(tenant)} }`
  const why = first ? `${first.key}: ${first.message}`.replaceAll(/\s+/g, ' ') : 'no error'
  return `import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import declared from ${JSON.stringify(app)}

// The dead letter ${id} of ${new Date(at).toISOString()} ended with
// ${why}
// What is sensitive or personal in its input was replaced by made-up values. Put the records that it needs in place first.
test(${JSON.stringify(`${name} succeeds with the input of the dead letter ${id}`)}, async () => {
  await using app = await testApp(declared)
  const input = ${written}
  const outcome = await app.callByName(${JSON.stringify(name)}, input, ${options})
  expect(outcome.ok ? [] : outcome.errors).toEqual([])
})
`
}
