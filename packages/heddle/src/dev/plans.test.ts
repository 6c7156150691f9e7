import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { plantFolder, runTool, type Tool } from '../../fixtures/run-tool.ts'

const folders: string[] = []
const tools: Tool[] = []
afterEach(() => {
  for (const { process: child } of tools.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const appText = `import { app, command, http, pipeline, planWorkflow, sqlite } from 'heddle'
import { z } from 'zod'
const text = z.object({ text: z.string() })
const shout = command('demo.Shout', {
  kind: 'query', access: 'public', input: text, output: text, run: ({ input }) => ({ text: input.text.toUpperCase() }),
})
export const who = command('demo.Who', { kind: 'query', access: 'public', input: z.object({}), output: z.int(), run: () => process.pid })
export const say = pipeline(new URL('./say.yaml', import.meta.url), { commands: [shout] })
export const wait = planWorkflow(new URL('./wait.yaml', import.meta.url), { commands: [shout] })
export default app('demo', { parts: [shout, who, say, wait, http()], database: sqlite() })
`
const say = (step: string) => `heddle: 1
pipeline: demo.Say
access: public
input: { text: string }
output: { text: string }
steps:
  - { id: loud, ${step} }
`
const wait = (steps: string) => `heddle: 1
pipeline: demo.Wait
access: public
input: { text: string }
output: { text: string }
steps:
${steps}`
const loud = '  - { id: loud, call: demo.Shout }\n'
const asked = '  - { id: more, wait: { signal: more, type: { text: string } } }\n'

function begin(word: 'start' | 'dev') {
  const folder = plantFolder({
    'app.ts': appText,
    'say.yaml': say('call: demo.Shout'),
    'wait.yaml': wait(loud + asked),
  })
  folders.push(folder)
  const run = (words: readonly string[], env: Record<string, string> = {}) => {
    const tool = runTool(folder, words, { env })
    tools.push(tool)
    return tool
  }
  const tool = run([word, 'app.ts'], { PORT: '0' })
  return {
    tool,
    write: (name: string, changed: string) => writeFileSync(join(folder, name), changed),
    heddle: (...words: string[]) => run(words).ended(),
  }
}

async function callerOf(tool: Tool) {
  const [, url] = await tool.says(/ready (http:\/\/127\.0\.0\.1:\d+)/)
  return async (path: string, body?: unknown) => {
    const headers = { 'content-type': 'application/json' }
    const sent = body === undefined ? {} : { method: 'POST', headers, body: JSON.stringify(body) }
    const answer = await fetch(`${url}/demo/${path}`, sent)
    return (await answer.json()) as unknown
  }
}

test(
  'a process that serves takes up edited plans on request; one with a mistake is refused with its place',
  { timeout: 60_000 },
  async () => {
    const { tool, write, heddle } = begin('start')
    const call = await callerOf(tool)
    const pid = await call('Who')
    const begun = async (text: string) => ((await call('Wait', { text })) as { run: string }).run
    const awaited = async (run: string) => {
      await heddle('runs', 'signal', run, 'more', '--data', '{"text":"more"}')
      return JSON.parse((await heddle('call', 'demo.AwaitWait', run, '--json')).out) as unknown
    }
    const [one, two] = [await begun('one'), await begun('two')]
    await expect.poll(() => call(`GetWait?run=${two}`)).toMatchObject({ state: 'waiting' })

    write('say.yaml', say(`map: { text: 'it.text + "!"' }`))
    expect(await call('Say?text=hi')).toEqual({ text: 'HI' })
    expect(await heddle('pipeline', 'reload', 'say.yaml')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^demo\.Say: [\da-f]{12} runs, in the place of [\da-f]{12}\n$/),
    })
    expect(await call('Say?text=hi')).toEqual({ text: 'hi!' })

    write('say.yaml', say('call: demo.Shuot'))
    const refused = await heddle('pipeline', 'reload')
    expect(refused.code).toBe(65)
    expect(refused.out).toMatch(/say\.yaml:7:23 There is no command "demo\.Shuot"; did you mean demo\.Shout\?\n$/)
    expect(await call('Say?text=hi')).toEqual({ text: 'hi!' })
    write('say.yaml', say(`map: { text: 'it.text + "!"' }`))

    // It does not fit what the open runs have done: they end by the plan that they began with.
    write('wait.yaml', wait(`  - { id: first, call: demo.Shout }\n${asked}  - { id: last, map: { text: '"new"' } }\n`))
    expect((await heddle('pipeline', 'reload', 'demo.Wait')).out).toContain('open runs: 0 go on with it, 2 keep theirs')
    expect(await awaited(one)).toEqual({ ok: true, value: { text: 'more' } })
    expect(await awaited(await begun('three'))).toEqual({ ok: true, value: { text: 'new' } })

    expect(await call('Who')).toBe(pid)
    tool.process.kill('SIGTERM')
    expect((await tool.ended()).code).toBe(0)
  },
)

test(
  'dev takes up plans as they are saved, in the same process; what callers would notice starts it anew',
  { timeout: 60_000 },
  async () => {
    const { tool, write } = begin('dev')
    const call = await callerOf(tool)
    const pid = await call('Who')
    let from = tool.said
    write('say.yaml', say(`map: { text: 'it.text + "!"' }`))
    await tool.says('demo.Say runs as it was saved', from)
    expect(await call('Say?text=hi')).toEqual({ text: 'hi!' })

    from = tool.said
    write('say.yaml', say(`map: { text: 'it.txt' }`))
    await tool.says(/^say\.yaml:7:\d+ There is no field "txt"/m, from)
    await tool.says('the plans that run go on', from)
    expect(await call('Say?text=hi')).toEqual({ text: 'hi!' })
    expect(await call('Who')).toBe(pid)

    from = tool.said
    write('say.yaml', say(`map: { text: '"new"' }`).replace('input: { text: string }', 'input: { word: string }'))
    await tool.says('restarted in', from)
    expect(await call('Say?word=hi')).toEqual({ text: 'new' })
    expect(await call('Who')).not.toBe(pid)

    const end = (sign: string) =>
      `heddle: 1\npipeline: demo.End\ninput: { text: string }\nsteps: [{ id: end, map: { text: 'it.text + "${sign}"' } }]\n`
    write('end.yaml', end('?'))
    from = tool.said
    write('say.yaml', say('pipeline: demo.End').replace('steps:', 'imports: [./end.yaml]\nsteps:'))
    await tool.says('restarted in', from)
    from = tool.said
    write('end.yaml', end('.'))
    await tool.says('demo.Say runs as it was saved', from)
    expect(await call('Say?text=hi')).toEqual({ text: 'hi.' })

    tool.process.kill('SIGINT')
    expect((await tool.ended()).code).toBe(0)
  },
)
