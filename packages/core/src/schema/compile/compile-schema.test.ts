import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { mayGenerateCode } from './code-generation.ts'
import { compileSchema, Issues } from './index.ts'
import { byCompiled, byZod } from '../../../fixtures/compile/oracle.ts'
import { difference } from '../../../fixtures/compile/same.ts'
import { subtleCases } from '../../../fixtures/compile/subtle-cases.ts'

/** For what is said of compiled types: without code generation Zod runs whole. */
const compiled = test.runIf(mayGenerateCode())

test.each(subtleCases)('$title', ({ schema, values }) => {
  const compiled = compileSchema(schema)
  for (const nth of values().keys()) {
    const [ours, zods] = [byCompiled(compiled, values()[nth]), byZod(schema, values()[nth])]
    expect(difference(ours, zods), `value ${nth}`).toBeUndefined()
  }
})

test('where code must not be generated, Zod answers the same cases', () => {
  const script = fileURLToPath(new URL('../../../fixtures/compile/without-code-generation.child.ts', import.meta.url))
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

compiled('coverage names what is left to Zod', () => {
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

compiled('recursive types are compiled, and Zod takes over for circular and very deep values', () => {
  const list: z.ZodType = z.object({ n: z.number(), next: z.lazy(() => list).optional() })
  const compiled = compileSchema(z.object({ list, json: z.json() }))
  expect(compiled.coverage.fallbacks).toEqual([])
  const nested = (depth: number): object => (depth === 0 ? { n: 0 } : { n: depth, next: nested(depth - 1) })
  for (const value of [nested(3), nested(500), { n: 1, next: { n: 'x' } }, { n: 1, next: nested(300) }]) {
    const answer = compiled.run({ list: value, json: [value] })
    const { data, error } = z.object({ list, json: z.json() }).safeParse({ list: value, json: [value] })
    expect(answer instanceof Issues ? answer.issues : answer).toEqual(error?.issues ?? data)
  }
  const circle: { n: number; next?: object } = { n: 1 }
  circle.next = circle
  const answer = compiled.run({ list: circle, json: null }) as { list: typeof circle }
  expect(answer.list.next).toBe(answer.list)
})

compiled('recursive types that call functions of users are Zod’s, so that none is called twice', () => {
  let calls = 0
  const list: z.ZodType = z.object({ next: z.lazy(() => list).optional() }).refine(() => ++calls > 0)
  const compiled = compileSchema(z.array(list))
  expect(compiled.coverage.fallbacks).toEqual([{ path: '/#', kind: 'object' }])
  const circle: { next?: object } = {}
  circle.next = circle
  compiled.run([circle])
  expect(calls).toBe(1)
})

test('a type without an end is Zod’s', () => {
  const endless = (): z.ZodType => z.lazy(() => z.object({ a: endless().optional() }))
  const compiled = compileSchema(endless())
  expect(compiled.coverage).toMatchObject({ compiled: 0, fallbacks: [{ path: '', kind: 'lazy' }] })
  expect(compiled.run({ a: { a: {} } })).toEqual({ a: { a: {} } })
})

compiled('a large type is compiled as far as code pays', () => {
  const wide = z.object(Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`f${at}`, z.string().optional()])))
  let schema: z.ZodType = wide
  for (let level = 0; level < 10; level++) schema = z.object({ a: schema.optional(), b: schema.optional() })
  const { compiled, total } = compileSchema(schema).coverage
  expect(compiled).toBeGreaterThan(4_000)
  expect(total).toBeLessThan(1_000_000)
  expect(compileSchema(schema).run({ a: { b: {} } })).toEqual({ a: { b: {} } })
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
