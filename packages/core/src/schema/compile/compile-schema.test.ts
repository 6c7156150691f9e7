import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { compileSchema, Issues } from './index.ts'
import { byCompiled, byZod } from './testing/oracle.ts'
import { difference } from './testing/same.ts'
import { subtleCases } from './testing/subtle-cases.ts'

test.each(subtleCases)('$title', ({ schema, values }) => {
  const compiled = compileSchema(schema)
  for (const nth of values().keys()) {
    const [ours, zods] = [byCompiled(compiled, values()[nth]), byZod(schema, values()[nth])]
    expect(difference(ours, zods), `value ${nth}`).toBeUndefined()
  }
})

test('where code must not be generated, Zod answers the same cases', () => {
  const script = fileURLToPath(new URL('testing/without-code-generation.ts', import.meta.url))
  const output = execFileSync(process.execPath, ['--disallow-code-generation-from-strings', script], {
    encoding: 'utf8',
  })
  expect(JSON.parse(output)).toEqual({ generated: 0, differences: [] })
})

test('jitless asks for no code either', () => {
  z.config({ jitless: true })
  try {
    const compiled = compileSchema(z.object({ a: z.string() }))
    expect(compiled.run({ a: 'x', b: 1 })).toEqual({ a: 'x' })
    expect(compiled.coverage).toEqual({ compiled: 0, total: 2, fallbacks: [{ path: '', kind: 'object' }] })
  } finally {
    z.config({ jitless: false })
  }
})

test('messages are made when they are read, and only once', () => {
  let made = 0
  const schema = z.object({ a: z.string({ error: () => `message ${++made}` }), b: z.number() })
  const issues = compileSchema(schema).run({ b: 'x' })
  if (!(issues instanceof Issues)) return expect.unreachable()
  expect(issues.raw.map(({ code, path }) => [code, path])).toEqual([
    ['invalid_type', ['a']],
    ['invalid_type', ['b']],
  ])
  expect(made).toBe(0)
  expect([issues.message(0), issues.message(0), issues.issues.length]).toEqual(['message 1', 'message 1', 2])
  expect(() => issues.message(2)).toThrow('There are 2 issues')
})

test('a function of a user is called once per value', () => {
  const calls: unknown[] = []
  const noted = (value: unknown) => calls.push(value) > 0
  const schema = z.object({
    a: z.string().refine(noted).min(3).refine(noted),
    b: z
      .number()
      .overwrite((n) => (calls.push('overwrite'), n))
      .max(1),
  })
  compileSchema(schema).run({ a: 'x', b: 2 })
  expect(calls).toEqual(['x', 'x', 'overwrite'])
})

test('coverage names what is left to Zod', () => {
  const tail = z.tuple([z.string(), z.number().optional()])
  const { compiled, total, fallbacks } = compileSchema(
    z.object({ a: z.array(z.string()), b: tail, c: z.promise(z.string()) }),
  ).coverage
  expect(fallbacks).toEqual([
    { path: '/b', kind: 'tuple' },
    { path: '/c', kind: 'promise' },
  ])
  expect([compiled, total]).toEqual([3, 9])
})

test('compiles once per type and mode, at the first use', () => {
  let read = false
  const schema = z.object({
    get a() {
      read = true
      return z.string()
    },
  })
  const compiled = compileSchema(schema)
  expect(compileSchema(schema)).toBe(compiled)
  expect(compileSchema(schema, { unknownKeys: 'zod' })).toBe(compiled)
  expect(compileSchema(schema, { unknownKeys: 'strict' })).not.toBe(compiled)
  expect(read).toBe(false)
  expect(compiled.run({ a: 'x' })).toEqual({ a: 'x' })
})

test('runs what is asynchronous, and says so where it cannot', async () => {
  const compiled = compileSchema(z.object({ a: z.string().refine(async (text) => text !== 'x', 'not x') }))
  expect(() => compiled.run({ a: 'y' })).toThrow(z.core.$ZodAsyncError)
  expect(await compiled.runAsync({ a: 'y' })).toEqual({ a: 'y' })
  const issues = await compiled.runAsync({ a: 'x' })
  expect(issues instanceof Issues && issues.message(0)).toBe('not x')
})
