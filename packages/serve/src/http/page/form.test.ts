import { command, describeCommand, pii, sensitive } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { formFields } from './form.ts'

test('a sensitive field hides what is written, and no masked value of an example is filled in', () => {
  const signIn = command('shop.SignIn', {
    input: z.object({ realm: z.string(), email: pii(z.string()), password: sensitive(z.string()) }),
    output: z.null(),
    examples: [{ realm: 'main', email: 'ann@example.com', password: 'correct horse' }],
    run: () => null,
  })
  const { text: form } = formFields(describeCommand(signIn))
  expect(form).toContain('value="main"')
  expect(form).not.toContain('•••')
  expect(form.match(/type="password"/g)).toHaveLength(1)
})
