import * as v from 'valibot'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonSchemaOf } from './json-schema.ts'
import { standard } from './standard.ts'

const owner = v.object({ email: v.pipe(v.string(), v.email()), age: v.optional(v.number(), 18) })

test('a valibot type stands inside a Zod type, with its value and its types', () => {
  const type = z.object({ owner: standard(owner) })
  const output: { email: string; age: number } = type.parse({ owner: { email: 'a@b.de' } }).owner
  const input: z.input<typeof type> = { owner: { email: 'a@b.de' } }
  expect(output).toEqual({ email: 'a@b.de', age: 18 })
  expect(type.parse(input)).toEqual({ owner: output })
})

test('issues keep their place and message', () => {
  const type = z.object({ owners: z.array(standard(owner)) })
  const { error } = type.safeParse({ owners: [{ email: 'a@b.de' }, { email: 'nobody', age: 'old' }] })
  expect(error?.issues.map(({ code, path }) => [code, path])).toEqual([
    ['custom', ['owners', 1, 'email']],
    ['custom', ['owners', 1, 'age']],
  ])
  expect(error?.issues[0]?.message).toContain('Invalid email')
})

test('an asynchronous type is checked asynchronously', async () => {
  const taken = v.pipeAsync(
    v.string(),
    v.checkAsync((name) => Promise.resolve(name !== 'taken'), 'taken'),
  )
  const type = z.object({ name: standard(taken) })
  expect(await type.safeParseAsync({ name: 'free' })).toMatchObject({ success: true, data: { name: 'free' } })
  const { error } = await type.safeParseAsync({ name: 'taken' })
  expect(error?.issues).toMatchObject([{ path: ['name'], message: 'taken' }])
})

test('a type that answers with a promise unannounced is awaited too', async () => {
  const late = standard<string, string>({
    '~standard': {
      version: 1,
      vendor: 'late',
      validate: (value) => Promise.resolve(value === 'x' ? { value: 'x' } : { issues: [{ message: 'no x' }] }),
    },
  })
  expect(await late.safeParseAsync('x')).toMatchObject({ success: true, data: 'x' })
  expect((await late.safeParseAsync('y')).error?.issues).toMatchObject([{ path: [], message: 'no x' }])
})

test('its JSON Schema is that of its library, and open where that has none', () => {
  const described = standard(z.object({ name: z.string() }))
  expect(jsonSchemaOf(described, 'input')).toMatchObject({ type: 'object', required: ['name'] })
  expect(jsonSchemaOf(standard(owner), 'input')).toEqual({})
})
