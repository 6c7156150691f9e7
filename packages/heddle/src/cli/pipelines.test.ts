import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { plantFolder } from '../../fixtures/run-tool.ts'
import { main } from './main.ts'

const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const appText = `
import { app, command, pipeline, sqlite } from 'heddle'
import { z } from 'zod'

const addOne = command('demo.AddOne', {
  kind: 'query', access: 'public', input: z.number(), output: z.number(), run: ({ input }) => input + 1,
})
export const run = pipeline(new URL('./run.yaml', import.meta.url), { commands: [addOne] })
export default app('demo', { parts: [addOne, run], database: sqlite() })
`

const planText = `heddle: 1
pipeline: demo.Run
summary: Adds and doubles
access: public
input: number
output: number
steps:
  - id: plus # As it always was.
    call: demo.AddOne
  - id: twice
    map: it * 2
`

function toolIn(files: Readonly<Record<string, string>>) {
  const folder = plantFolder(files)
  folders.push(folder)
  const heddle = async (...words: string[]) => {
    const io = memoryIo()
    const signal = new AbortController().signal
    const code = await main(words, { io, cwd: folder, environment: {}, signal, entry: 'unused' })
    return { code, out: io.text(), err: io.errors() }
  }
  return { folder, heddle, write: (name: string, text: string) => writeFileSync(join(folder, name), text) }
}

const whole = () => toolIn({ 'app.ts': appText, 'run.yaml': planText })

test('pipelines are listed and shown, as a tree, as text and as a picture', async () => {
  const { folder, heddle } = whole()
  expect((await heddle('pipeline', 'list')).out).toMatch(/demo\.Run +command +2 +[\da-f]{12} +Adds and doubles/)
  const shown = await heddle('pipeline', 'show', 'demo.Run', '--svg', 'run.svg', '--explain')
  expect(shown.out.split('\n').slice(0, 3)).toEqual([
    expect.stringMatching(/^demo\.Run {2}[\da-f]{12}$/),
    '├ plus   call demo.AddOne',
    '└ twice  map it * 2',
  ])
  expect(shown.out).toContain('runs as it is written')
  expect(readFileSync(join(folder, 'run.svg'), 'utf8')).toContain('<svg')
  expect(await heddle('pipeline', 'show', 'demo.Run', '--svg', 'no/run.svg')).toMatchObject({
    code: 64,
    err: expect.stringContaining('no/run.svg cannot be written: its folder is not there'),
  })
  expect((await heddle('pipeline', 'show', 'run.yaml', '--text')).out).toContain('pipeline: demo.Run')
  expect(JSON.parse((await heddle('pipeline', 'show', 'demo.Run', '--json')).out)).toMatchObject({
    plan: { pipeline: 'demo.Run' },
  })
})

test('a plan is checked with the names of the app: a line for each mistake, and the same as JSON', async () => {
  const { heddle, write } = whole()
  expect(await heddle('pipeline', 'validate', 'run.yaml')).toMatchObject({ code: 0, out: 'demo.Run is sound\n' })
  write(
    'run.yaml',
    planText.replace('demo.AddOne', 'demo.AdOne').replace('it * 2', 'it *').replace('summary', 'sumary'),
  )
  const wrong = await heddle('pipeline', 'validate', 'run.yaml')
  expect(wrong.code).toBe(65)
  expect(wrong.out.split('\n').filter((line) => /^run\.yaml:\d+:\d+ /.test(line))).toHaveLength(3)
  expect(wrong.out).toContain('did you mean demo.AddOne?')
  const { valid, problems } = JSON.parse((await heddle('pipeline', 'validate', 'run.yaml', '--json')).out)
  expect(valid).toBe(false)
  expect(problems.map(({ file, line }: { file: string; line: number }) => [file, line])).toEqual([
    ['run.yaml', 3],
    ['run.yaml', 9],
    ['run.yaml', 11],
  ])
})

test('a plan that keeps its own app from being loaded is checked all the same', async () => {
  const wrong = planText.replace('it * 2', 'it *').replace('demo.AddOne', 'demo.AdOne')
  const { heddle } = toolIn({ 'app.ts': appText, 'run.yaml': wrong })
  const checked = await heddle('pipeline', 'validate', 'run.yaml')
  expect(checked.code).toBe(65)
  expect(checked.out).toContain('run.yaml:11:14 The expression ends too early')
  expect(checked.out).toContain('the app cannot be loaded')
  expect(checked.out).toContain('run.yaml:9:11 There is no command "demo.AdOne"; did you mean demo.AddOne?')
})

test('without an app the names of a plan are taken as they are', async () => {
  const { heddle } = toolIn({ 'plan.yaml': planText })
  const checked = await heddle('pipeline', 'validate', 'plan.yaml')
  expect(checked).toMatchObject({ code: 0, out: expect.stringContaining('there is no app here') })
})

test('a plan in a file runs with the commands of the app', async () => {
  const { heddle, write } = whole()
  expect(await heddle('pipeline', 'run', 'demo.Run', '--input', '4')).toMatchObject({ code: 0, out: '10\n' })
  write('other.yaml', planText.replace('it * 2', 'it * 3'))
  expect(await heddle('pipeline', 'run', 'other.yaml', '--input', '4')).toMatchObject({ code: 0, out: '15\n' })
  expect(await heddle('pipeline', 'run', 'other.yaml', '--input', '"x"')).toMatchObject({ code: 65 })
  expect(await heddle('pipeline', 'run', 'other.yaml', '--input', '{')).toMatchObject({
    code: 64,
    err: expect.stringContaining('--input is no JSON'),
  })
})

test('two files are told apart, and two edited versions merged with their comments', async () => {
  const { folder, heddle, write } = whole()
  write('theirs.yaml', planText.replace('it * 2', 'it * 5'))
  const differs = await heddle('pipeline', 'diff', 'run.yaml', 'theirs.yaml')
  expect(differs).toMatchObject({ code: 1, out: '~ twice  map: "it * 2" → "it * 5"\n' })
  expect(await heddle('pipeline', 'diff', 'run.yaml', 'run.yaml')).toMatchObject({ code: 0, out: 'nothing differs\n' })

  write('base.yaml', planText)
  write('run.yaml', planText.replace('Adds and doubles', 'Adds and more'))
  expect(await heddle('pipeline', 'merge', 'base.yaml', 'run.yaml', 'theirs.yaml')).toMatchObject({ code: 0 })
  expect(readFileSync(join(folder, 'run.yaml'), 'utf8')).toBe(
    planText.replace('Adds and doubles', 'Adds and more').replace('it * 2', 'it * 5'),
  )
  write('run.yaml', planText.replace('it * 2', 'it * 7'))
  expect(await heddle('pipeline', 'merge', 'base.yaml', 'run.yaml', 'theirs.yaml')).toMatchObject({
    code: 1,
    out: expect.stringContaining('step twice, map: both changed it: ours "it * 7", theirs "it * 5"'),
  })
})

test('a version is tagged before the app was ever started', async () => {
  const { heddle } = whole()
  expect(await heddle('pipeline', 'tag', 'demo.Run', 'spring')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^spring is [\da-f]{12}\n$/),
  })
  expect((await heddle('pipeline', 'show', 'demo.Run')).out).toMatch(/runs, declared, spring\n$/)
})

test('events that the pipelines of the app emit are known to its plans', async () => {
  const emitting = `${planText}  - { id: told, emit: { event: demo.Done, data: { n: it } } }\n`
  const { heddle } = toolIn({
    'run.yaml': emitting,
    'app.ts': appText
      .replace('{ app, command,', '{ app, command, event,')
      .replace(
        'commands: [addOne]',
        "commands: [addOne], events: [event('demo.Done', { data: z.object({ n: z.number() }) })]",
      ),
  })
  expect(await heddle('pipeline', 'validate', 'run.yaml')).toMatchObject({ code: 0, out: 'demo.Run is sound\n' })
})

test('the events that a plan answers are looked up, and settings that it does not have are told with those that it has', async () => {
  const { heddle, write } = whole()
  write('on.yaml', planText.replace('input: number', 'on: demo.Gone\ninput: number').replace('demo.Run', 'demo.On'))
  expect(await heddle('pipeline', 'validate', 'on.yaml')).toMatchObject({
    code: 65,
    out: expect.stringContaining('on.yaml:5:5 There is no event "demo.Gone"'),
  })
  write('each.yaml', planText.replace('map: it * 2', 'forEach: { in: "[it]", steps: [{ id: x, map: it }] }'))
  expect((await heddle('pipeline', 'validate', 'each.yaml')).out).toContain(
    'There is no field "in" here (expected one of list, key, concurrency, steps)',
  )
})

test('a pipeline is paused and goes on by the tool', async () => {
  const { heddle } = whole()
  expect(await heddle('pipeline', 'pause', 'demo.Run')).toMatchObject({
    code: 65,
    err: expect.stringContaining('UnknownPipeline'),
  })
  expect(await heddle('pipeline', 'resume', 'demo.Other')).toMatchObject({ code: 65 })
})

test('what is not known is told', async () => {
  const { heddle } = whole()
  expect(await heddle('pipeline', 'show', 'demo.Other')).toMatchObject({
    code: 65,
    err: expect.stringContaining('UnknownPipeline'),
  })
  expect(await heddle('pipeline', 'rollback', 'demo.Run', 'abcdef')).toMatchObject({ code: 65 })
  // 1 says that they differ.
  expect(await heddle('pipeline', 'diff', 'demo.Run', 'abcdef')).toMatchObject({ code: 65, out: '' })
  expect(await heddle('pipeline', 'diff', 'no.yaml', 'run.yaml')).toMatchObject({
    code: 64,
    err: expect.stringContaining('cannot be read'),
  })
})

test('cases are run over memory, and what differs is printed', async () => {
  const { heddle, write } = whole()
  const good = [
    { name: 'four', input: 4, value: 10 },
    { name: 'no number', input: 'x', error: 'InvalidType' },
  ]
  write('cases.json', JSON.stringify(good))
  expect(await heddle('test', 'run.yaml', '--data', 'cases.json')).toMatchObject({
    code: 0,
    out: 'ok      four\nok      no number\n2 of 2 cases are as expected\n',
  })
  write('cases.yaml', '- { name: four, input: 4, value: 11 }\n- { input: 1, error: Late }\n')
  const failed = await heddle('test', 'run.yaml', '--data', 'cases.yaml')
  expect(failed.code).toBe(1)
  expect(failed.out.split('\n')).toEqual([
    'not ok  four',
    '          the value: expected 11, got 10',
    'not ok  case 2',
    '          expected the failure Late, got 4',
    '0 of 2 cases are as expected',
    '',
  ])
  expect(JSON.parse((await heddle('test', 'run.yaml', '--data', 'cases.yaml', '--json')).out)).toMatchObject({
    failed: 2,
  })
  write('cases.yaml', '- { input: 4 }\n')
  expect(await heddle('test', 'run.yaml', '--data', 'cases.yaml')).toMatchObject({
    code: 64,
    err: expect.stringMatching(
      /cases\.yaml is no list of cases that can be run:\n(.|\n)*A case has a value or an error/,
    ),
  })
})

const workflowApp = `
import { app, command, planWorkflow, sqlite } from 'heddle'
import { z } from 'zod'

const free = command('demo.Free', { input: z.object({ id: z.string() }), output: z.object({}), run: () => ({}) })
export const hold = planWorkflow(new URL('./hold.yaml', import.meta.url), { commands: [free] })
export default app('demo', { parts: [free, hold], database: sqlite() })
`
const holdText = `heddle: 1
pipeline: demo.Hold
access: public
input: { id: string }
steps:
  - { id: ok, wait: { signal: ok, type: { by: string }, timeout: 2d } }
  - { id: by, map: 'it == null ? "nobody" : it.by' }
`
const orderText = `heddle: 1
pipeline: demo.Order
input: { id: string }
steps:
  - { id: hold, pipeline: demo.Hold }
  - { id: told, map: 'it + " for " + input.id' }
`

test('a workflow in a file is checked with the workflows of the app, and tried with signals while days pass', async () => {
  const { heddle, write } = toolIn({ 'app.ts': workflowApp, 'hold.yaml': holdText, 'order.yaml': orderText })
  expect(await heddle('pipeline', 'validate', 'order.yaml')).toMatchObject({ code: 0, out: 'demo.Order is sound\n' })
  expect(await heddle('pipeline', 'run', 'order.yaml', '--input', '{"id":"a"}')).toMatchObject({
    code: 64,
    err: expect.stringContaining('demo.Order is a workflow, whose runs live on'),
  })
  const cases = [
    {
      name: 'answered',
      input: { id: 'a' },
      signals: [{ of: 'demo.Hold', signal: 'ok', data: { by: 'ada' } }],
      value: 'ada for a',
    },
    { name: 'not answered', input: { id: 'b' }, value: 'nobody for b' },
    { name: 'another type', input: { id: 5 }, error: 'InvalidType' },
  ]
  write('cases.json', JSON.stringify(cases))
  expect(await heddle('test', 'order.yaml', '--data', 'cases.json')).toMatchObject({
    code: 0,
    out: 'ok      answered\nok      not answered\nok      another type\n3 of 3 cases are as expected\n',
  })
  write('cases.json', JSON.stringify([{ ...cases[0]!, signals: [{ of: 'demo.Hodl', signal: 'ok', data: {} }] }]))
  expect(await heddle('test', 'order.yaml')).toMatchObject({
    code: 64,
    err: expect.stringContaining('0/signals/0/of: the app has no workflow "demo.Hodl"; did you mean demo.Hold?'),
  })
  write('ever.yaml', holdText.replace(', timeout: 2d', '').replace('demo.Hold', 'demo.Ever'))
  write('ever.json', JSON.stringify([{ input: { id: 'a' }, value: 'x' }]))
  const stuck = await heddle('test', 'ever.yaml', '--data', 'ever.json')
  expect(stuck).toMatchObject({ code: 1, out: expect.stringContaining('its run does not end: it is waiting') })
})

test('a plan that others of the app run is tried as its file says, without them', async () => {
  const { heddle, write } = toolIn({
    'app.ts': workflowApp
      .replace(
        'export default',
        `export const order = planWorkflow(new URL('./order.yaml', import.meta.url), { pipelines: [hold] })
export default`,
      )
      .replace('parts: [free, hold]', 'parts: [{ free, order }]'),
    'hold.yaml': holdText,
    'order.yaml': orderText,
  })
  write('hold.yaml', holdText.replace('"nobody"', '"no one"'))
  write('cases.json', JSON.stringify([{ name: 'late', input: { id: 'b' }, value: 'no one' }]))
  expect(await heddle('test', 'hold.yaml')).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringContaining('ok      late'),
  })
})

test('a mistake in an imported file is told with its place there', async () => {
  const { heddle } = toolIn({
    'app.ts': appText,
    'run.yaml': planText,
    'outer.yaml':
      'heddle: 1\npipeline: demo.Outer\nimports: [./inner.yaml]\ninput: number\nsteps:\n  - { id: a, pipeline: demo.Inner }\n',
    'inner.yaml': 'heddle: 1\npipeline: demo.Inner\ninput: number\nsteps:\n  - { id: a, map: itt + 1 }\n',
  })
  const checked = await heddle('pipeline', 'validate', 'outer.yaml')
  expect(checked).toMatchObject({ code: 65, out: expect.stringContaining('inner.yaml:5:19 There is no "itt" here') })
})

test('an app whose plan has mistakes says all of them, at their places in its file and where it is made', async () => {
  const wrong = planText.replace('it * 2', 'it *').replace('demo.AddOne', 'demo.AdOne')
  const { heddle } = toolIn({ 'app.ts': appText, 'run.yaml': wrong })
  const { code, err } = await heddle('list')
  expect(code).toBe(78)
  expect(err).toMatch(/app\.ts:\d+:\d+: The pipeline demo\.Run cannot run:/)
  expect(err).toMatch(/run\.yaml:9:11 There is no command "demo\.AdOne"; did you mean demo\.AddOne\?/)
  expect(err).toMatch(/run\.yaml:11:14 The expression ends too early/)
})

test('a workflow plan leaves dead letters where the tool opens its app', async () => {
  const { heddle } = toolIn({
    'app.ts': `
import { app, command, planWorkflow, sqlite } from 'heddle'
import { z } from 'zod'
const refuse = command('demo.Refuse', {
  input: z.number(), output: z.number(), errors: { Odd: z.object({}) }, run: ({ input, fail }) => (input % 2 === 1 ? fail.Odd({}) : input),
})
export const slow = planWorkflow(new URL('./slow.yaml', import.meta.url), { commands: [refuse] })
export default app('demo', { parts: [refuse, slow], database: sqlite() })
`,
    'slow.yaml': `heddle: 1
pipeline: demo.Slow
access: public
input: { numbers: { type: list, of: number } }
steps:
  - id: each
    forEach:
      list: it.numbers
      steps:
        - id: even
          call: demo.Refuse
          onError: { deadLetter: { origin: '"number " + string(index)' } }
  - id: moment
    wait: 1ms
`,
  })
  const called = await heddle('call', 'demo.Slow', '--input', '{"numbers":[1,2,3]}', '--wait', '--json')
  expect(JSON.parse(called.out)).toEqual({ ok: true, value: [2] })
  const listed = await heddle('dlq', 'list', '--json')
  const { letters } = JSON.parse(listed.out) as { letters: { command: string; origin: string }[] }
  expect(letters).toMatchObject([
    { command: 'demo.Refuse', origin: 'number 0' },
    { command: 'demo.Refuse', origin: 'number 2' },
  ])
})

test('a job in a file is checked, drawn and explained as a graph of streams', async () => {
  const { heddle, write } = whole()
  const text = `heddle: 1
pipeline: demo.Job
source: { file: numbers.ndjson, type: { n: int, at: dateTime }, time: it.at }
steps:
  - { id: some, filter: it.n > 1 }
  - { id: each, call: { command: demo.AddOne, with: it.n } }
  - { id: sums, from: some, window: { tumbling: 1h, lateness: 1h }, aggregate: { n: sum(it.n) } }
sinks:
  sums: { table: sums }
  numbers: { from: each, file: out.ndjson }
`
  write('job.yaml', text)
  expect(await heddle('pipeline', 'validate', 'job.yaml')).toMatchObject({ code: 0, out: 'demo.Job is sound\n' })
  const { out } = await heddle('pipeline', 'show', 'job.yaml', '--explain')
  expect(out).toContain('├ sums     window tumbling 1h: n  (from some)')
  expect(out).toContain('sums: reads some; withdraws what it told before; sides late')
  expect(out).toContain('source source: read for at, n')
  write('job.yaml', text.replace('it.n > 1', 'it.m > 1'))
  const wrong = await heddle('pipeline', 'validate', 'job.yaml')
  expect(wrong.out + wrong.err).toContain('job.yaml:5:28 There is no field "m"')
})
