import { command, type DeadLetter, error, systemFailure } from '@heddle/core'
import { z } from 'zod'
import { SubjectPort } from '../subject.ts'
import { isOfJob, letterOrThrow, lettersOf } from './letter-type.ts'
import { makeUp } from './make-up.ts'

/** A letter is the record of a job. */
const LetterOfJob = error(z.object({ id: z.string(), job: z.string(), place: z.string() }), {
  category: 'data',
  message:
    'The dead letter {id} is a record of the job {job}, which failed at "{place}", and no call: no test can be made of it.',
  help: 'Look at it with `heddle dlq show {id}`, mend the cause, and give it back: `heddle dlq replay --job {job} --step {place}`.',
})

/** Writes a test that makes the call of a dead letter again. It fails until the cause is mended. */
export const testDeadLetter = command('heddle.TestDeadLetter', {
  kind: 'query',
  summary: 'Write a test that makes the call of a dead letter again',
  input: z.object({ id: z.string(), app: z.string().default('./app.ts').describe('How the test imports the app') }),
  output: z.object({ file: z.string(), text: z.string() }),
  errors: { LetterOfJob },
  access: 'heddle:operate',
  uses: [SubjectPort],
  async run({ input: { id, app }, fail, ctx }) {
    const { running, letters } = lettersOf(ctx.use(SubjectPort))
    const letter = await letterOrThrow(letters, ctx.tenant, id)
    if (isOfJob(letter)) {
      const at = letter.command.indexOf('/')
      return fail.LetterOfJob({ id, job: letter.command.slice(0, at), place: letter.command.slice(at + 1) })
    }
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
