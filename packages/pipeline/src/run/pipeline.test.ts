import { app, command, type Defect, error, event, jsonSchemaOf, memoryLog, sensitive } from '@heddle/core'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { z } from 'zod'
import { addOne, refuse } from '../../fixtures/plan/commands.ts'
import { draft } from '../builder/begin.ts'
import { fn } from '../builder/fn.ts'
import { stepKinds } from '../kinds/kinds.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { commandExecutors } from './command-executors.ts'
import { pipeline } from './pipeline.ts'

const root = mkdtempSync(join(tmpdir(), 'heddle-plans-'))
afterAll(() => rmSync(root, { recursive: true }))

/** Files that lie beside each other; gives the URL of the first. */
function files(name: string, texts: Readonly<Record<string, string>>): URL {
  const folder = mkdtempSync(join(root, name))
  for (const [file, text] of Object.entries(texts)) writeFileSync(join(folder, file), text)
  return pathToFileURL(join(folder, Object.keys(texts)[0]!))
}
const plan = (steps: readonly unknown[], more: Partial<Plan> = {}): Plan => ({
  heddle: 1,
  pipeline: 'demo.Run',
  steps: steps as readonly Step[],
  ...more,
})
const refusal = (make: () => unknown): string => {
  try {
    make()
  } catch (thrown) {
    return (thrown as Error).message
  }
  return 'nothing was refused'
}
const open = (parts: Parameters<typeof app>[1]['parts']) => app('demo', { parts }).open({ ports: { log: memoryLog() } })

test('each kind that can stand in a command has an executor there, and no other has', () => {
  const standing = [...stepKinds.values()].filter(({ modes }) => modes.includes('command')).map(({ name }) => name)
  expect(Object.keys(commandExecutors).sort()).toEqual(standing.sort())
})

test('a plan that is no command is refused with the step that makes it something else', () => {
  const text = 'heddle: 1\npipeline: demo.Wait\nsteps:\n  - { id: a, map: it }\n  - { id: b, wait: 2d }\n'
  expect(refusal(() => pipeline(files('wait', { 'wait.yaml': text })))).toMatch(
    /wait\.yaml:5:20 The kind wait cannot run in a command: it makes a workflow, which planWorkflow\(\) declares/,
  )
})

test('a pipeline has the facts of what it calls: it only reads where they do, and takes what the first one takes', () => {
  const write = command('demo.Write', { input: z.number(), output: z.number(), destructive: true, run: () => 1 })
  const reads = pipeline(plan([{ id: 'a', call: 'demo.AddOne' }]), { commands: [addOne] }).command
  const writes = pipeline(plan([{ id: 'a', call: 'demo.Write' }], { access: 'demo:write' }), {
    commands: [write],
  }).command
  expect([reads.kind, reads.input, reads.access]).toEqual(['query', addOne.input, undefined])
  expect([writes.kind, writes.destructive, writes.access]).toEqual(['command', true, 'demo:write'])
})

test('its input is checked, and access is as the plan states', async () => {
  const made = pipeline(plan([{ id: 'a', map: 'it.n + 1' }], { input: { n: 'int' }, access: 'demo:run' }))
  const opened = await open([made])
  const wrong = await opened.callByName('demo.Run', { n: 'many' }, { as: { id: 'a', permissions: ['demo:run'] } })
  expect(wrong.ok || wrong.errors[0]).toMatchObject({ code: 'InvalidType', path: ['n'] })
  const denied = await opened.callByName('demo.Run', { n: 1 }, { as: { id: 'a', permissions: [] } })
  expect(denied.ok || denied.errors[0]!.code).toBe('Denied')
  expect(await opened.callByName('demo.Run', { n: 1 }, { as: { id: 'a', permissions: ['demo:run'] } })).toEqual({
    ok: true,
    value: 2,
  })
  await opened.close()
})

test('the name of a step with policies stands in the key of its failure', async () => {
  const made = pipeline(plan([{ id: 'check', call: 'demo.Refuse', timeout: '1s' }]), { commands: [refuse] })
  const opened = await open([made, refuse])
  const outcome = await opened.call(made.command, -1)
  expect(outcome.ok || outcome.errors[0]!.key).toBe('demo.RunCheckStep>domain:Negative')
  await opened.close()
})

test('a named function becomes a local command', async () => {
  const twice = fn('twice', z.number(), z.number(), (number) => number * 2)
  const made = pipeline(draft('demo.Run', { input: z.number() }).call('a', twice).call('b', addOne))
  const opened = await open([made, addOne])
  expect(await opened.call(made.command, 4)).toEqual({ ok: true, value: 9 })
  expect(made.command.calls.map(({ name }) => name)).toEqual(['demo.RunTwice', 'demo.AddOne'])
  await opened.close()
})

const priced = plan([{ id: 'a', map: 'it * parameters.rate' }], {
  pipeline: 'demo.Price',
  input: 'number',
  parameters: { rate: { type: 'number', default: 2 }, unused: { type: 'string', default: '' } },
  environments: { dear: { rate: 10 } },
})

test('parameters come from the caller, the environment, and their defaults, in this order', async () => {
  const names = ['demo.Plain', 'demo.Dear', 'demo.Given'] as const
  const [plain, dear, given] = [
    pipeline(priced, { name: names[0] }),
    pipeline(priced, { name: names[1], environment: 'dear' }),
    pipeline(priced, { name: names[2], environment: 'dear', parameters: { rate: 3 } }),
  ]
  const opened = await open([plain, dear, given])
  const values = await Promise.all(names.map((name) => opened.callByName(name, 5)))
  expect(values.map((outcome) => outcome.ok && outcome.value)).toEqual([10, 50, 15])
  await opened.close()
  expect(refusal(() => pipeline(priced, { parameters: { rate: 'much' } }))).toContain('"rate" has another type')
  expect(refusal(() => pipeline(priced, { parameters: { rats: 1 } }))).toContain('did you mean rate?')
  expect(refusal(() => pipeline(priced, { environment: 'cheap' }))).toContain('There is no environment "cheap"')
  const needed = { ...priced, parameters: { rate: { type: 'number' } } }
  expect(refusal(() => pipeline(needed))).toContain('The parameter "rate" is missing')
})

test('a blueprint is configured for a command, and for a step of another pipeline', async () => {
  const price = pipeline(priced)
  const triple = price.configure({ rate: 3 }, 'demo.Triple')
  const outer = pipeline(
    plan([
      { id: 'plain', pipeline: 'demo.Price' },
      { id: 'triple', pipeline: { name: 'demo.Price', parameters: { rate: 3 } } },
    ]),
    { pipelines: [price] },
  )
  const opened = await open([price, triple, outer])
  expect(await opened.callByName('demo.Triple', 5)).toEqual({ ok: true, value: 15 })
  expect(await opened.call(outer.command, 5)).toEqual({ ok: true, value: 30 })
  await opened.close()
  const wrong = plan([{ id: 'a', pipeline: { name: 'demo.Price', parameters: { rat: 1 } } }])
  expect(refusal(() => pipeline(wrong, { pipelines: [price] }))).toContain('steps/0/pipeline/parameters/rat')
})

test('imports make pipelines and policies of other files known', async () => {
  const url = files('imports', {
    'main.yaml': `heddle: 1
pipeline: demo.Main
imports: [./common.yaml]
steps:
  - id: add
    call: demo.AddOne
    policies: careful
  - id: twice
    pipeline: { name: demo.Times, parameters: { by: 2 } }
`,
    'common.yaml': `heddle: 1
pipeline: demo.Times
input: number
parameters: { by: { type: number } }
policies: { careful: [{ timeout: 2s }] }
steps: [{ id: times, map: it * parameters.by }]
`,
  })
  const made = pipeline(url, { commands: [addOne] })
  const opened = await open([made, addOne])
  expect(await opened.call(made.command, 4)).toEqual({ ok: true, value: 10 })
  expect(made.command.calls.map(({ name }) => name)).toEqual(['demo.MainAddStep', 'demo.MainTwicePipeline'])
  await opened.close()
})

test('a circle of imports, a file that is not there and a mistake in an imported file are told with their places', () => {
  const steps = 'steps: [{ id: a, map: it }]\n'
  const circle = files('circle', {
    'a.yaml': `heddle: 1\npipeline: demo.A\nimports: [./b.yaml]\n${steps}`,
    'b.yaml': `heddle: 1\npipeline: demo.B\nimports: [./a.yaml]\n${steps}`,
  })
  expect(refusal(() => pipeline(circle))).toMatch(
    /b\.yaml:3:11 The imports go in a circle: .*a\.yaml → .*b\.yaml → .*a\.yaml/,
  )
  const missing = files('missing', { 'a.yaml': `heddle: 1\npipeline: demo.A\nimports: [./b.yaml]\n${steps}` })
  expect(refusal(() => pipeline(missing))).toMatch(/a\.yaml:3:11 \.\/b\.yaml: The file cannot be read: there is none/)
  const wrong = files('wrong', {
    'a.yaml': `heddle: 1\npipeline: demo.A\nimports: [./b.yaml]\n${steps}`,
    'b.yaml': `heddle: 1\npipeline: demo.B\nstep: []\n`,
  })
  expect(refusal(() => pipeline(wrong))).toMatch(/b\.yaml:3:1 There is no field "step" here; did you mean steps\?/)
})

const Key = z.object({ key: sensitive(z.string()), open: z.string().optional() })
const pay = command('demo.Pay', {
  input: Key,
  output: z.int(),
  errors: { NoKey: error(z.object({}), { category: 'external' }) },
  run: ({ input: { key }, fail }) => (key === '' ? fail.NoKey({}) : key.length),
})
const paying = (given: object) =>
  plan([{ id: 'a', call: { command: 'demo.Pay', with: given } }], { secrets: { api: { env: 'PAY_API_KEY' } } })

test('a secret is read when the app is opened, and no plan or manifest holds it', async () => {
  const made = pipeline(paying({ key: 'secrets.api' }), { commands: [pay] })
  const declared = app('demo', { parts: [made, pay] })
  const opened = await declared.open({ environment: { PAY_API_KEY: 'hunter2' }, ports: { log: memoryLog() } })
  expect(await opened.call(made.command, null)).toEqual({ ok: true, value: 7 })
  await opened.close()
  expect(JSON.stringify(declared.manifest())).not.toContain('hunter2')
})

test('a secret that is not there stops a start in production, and elsewhere the step that asks for it', async () => {
  const made = pipeline(paying({ key: 'secrets.api' }), { commands: [pay] })
  const declared = app('demo', { parts: [made, pay] })
  const log = memoryLog()
  await expect(declared.open({ environment: {}, mode: 'production', ports: { log } })).rejects.toThrow(
    'the variable PAY_API_KEY, which is not set',
  )
  const opened = await declared.open({ environment: {}, mode: 'development', ports: { log } })
  const outcome = await opened.call(made.command, null)
  expect(outcome.ok || outcome.errors[0]!.code).toBe('Internal')
  expect(log.lines.at(-1)!.message).toContain('the variable PAY_API_KEY, which is not set')
  await opened.close()
})

test('a secret goes nowhere but as it is into a field that is marked', () => {
  const told = (given: Plan) => refusal(() => pipeline(given, { commands: [pay] }))
  expect(told(paying({ key: 'secrets.api + "1"' }))).toContain('A secret is given as it is')
  expect(told(paying({ key: '"a"', open: 'secrets.api' }))).toContain('is not marked sensitive()')
  expect(told({ ...paying({ key: 'secrets.apj' }) })).toContain('did you mean api?')
  const mapped = plan([{ id: 'a', map: 'secrets.api' }], { secrets: { api: { env: 'X' } } })
  expect(told(mapped)).toContain('"secrets"')
})

test('an emitted event is declared, so that it may be emitted', () => {
  const Placed = event('demo.Placed', { data: z.object({ n: z.number() }) })
  const steps = [{ id: 'a', emit: { event: 'demo.Placed', data: { n: 'it' } } }]
  const made = pipeline(plan(steps, { input: 'number' }), { events: [Placed] })
  expect([made.command.emits, made.command.kind]).toEqual([[Placed], 'command'])
  const wrong = plan(steps, { input: 'string' })
  expect(refusal(() => pipeline(wrong, { events: [Placed] }))).toContain('Expected number, found string')
})

test('a manifest shows the plan, and a changed plan is told by check', () => {
  const made = pipeline(priced)
  expect(made.describe()).toMatchObject({ plan: { pipeline: 'demo.Price' } })
  const changes = made.kind.compare({
    before: { 'demo.Price': { hash: 'a' } },
    after: { 'demo.Price': { hash: 'b' }, 'demo.New': { hash: 'c' } },
  } as never)
  expect(changes).toMatchObject([{ level: 'safe', item: 'pipeline demo.Price' }])
})

test('marks stay on what a pipeline takes, from code, from a command and from a plan', () => {
  const marks = (made: { readonly command: { readonly input: unknown } }) =>
    JSON.stringify(jsonSchemaOf(made.command.input as never, 'input')).includes('x-sensitive')
  const built = pipeline(draft('demo.Run', { input: Key }).call('pay', pay))
  const first = pipeline(plan([{ id: 'a', call: 'demo.Pay' }]), { commands: [pay] })
  const input = { key: { type: 'string', sensitive: true }, mail: { type: 'Email', pii: true } }
  const written = pipeline(plan([{ id: 'a', map: 'size(it.key)' }], { input }))
  expect([marks(built), marks(first), marks(written)]).toEqual([true, true, true])
  expect(marks(pipeline(plan([{ id: 'a', map: 'it' }], { input: { key: 'string' } })))).toBe(false)
})

test('a marked type that changes what it is given does not stand for that of the pipeline', () => {
  const hashed = command('demo.Hash', {
    input: z.object({ key: sensitive(z.string().transform((text) => text.length)) }),
    output: z.int(),
    run: ({ input: { key } }) => key,
  })
  const steps = [{ id: 'a', call: 'demo.Hash' }]
  expect(refusal(() => pipeline(plan(steps), { commands: [hashed] }))).toContain('an input of its own')
  const own = { key: { type: 'string', sensitive: true } }
  expect(pipeline(plan(steps, { input: own }), { commands: [hashed] }).command.kind).toBe('command')
})

test('a plan that cannot run is refused with every mistake, in words and as data', () => {
  const url = files('mistakes', {
    'wrong.yaml': 'heddle: 1\npipeline: demo.Run\nsteps:\n  - { id: a, call: demo.Ad }\n  - { id: b, map: its }\n',
  })
  const defect = (() => {
    try {
      return pipeline(url, { commands: [addOne] })
    } catch (thrown) {
      return thrown as Defect
    }
  })() as Defect
  expect(defect).toMatchObject({
    code: 'InvalidPlan',
    data: {
      name: 'demo.Run',
      mistakes: [
        { line: 4, column: 20, message: 'There is no command "demo.Ad"' },
        { line: 5, column: 19, suggestion: 'it' },
      ],
    },
  })
  expect(defect.message.split('\n')).toHaveLength(3)
})

test('what a plan calls stands in the parts of the app, and what belongs to the plan alone comes with it', async () => {
  const calling = pipeline(plan([{ id: 'a', call: 'demo.AddOne' }]), { commands: [addOne] })
  await expect(open([calling])).rejects.toMatchObject({
    code: 'MissingPart',
    message: expect.stringContaining('demo.Run needs the command demo.AddOne'),
  })
  const whole = await open([addOne, calling])
  await whole.close()

  const local = pipeline(
    draft('demo.Local', { input: z.number() }).call(
      'a',
      fn('twice', z.number(), z.number(), (n) => 2 * n),
    ),
  )
  const alone = await open([local])
  expect(await alone.callByName('demo.Local', 4)).toMatchObject({ ok: true, value: 8 })
  await alone.close()
})
