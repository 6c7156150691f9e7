import { rmSync } from 'node:fs'
import { afterEach, expect, test } from 'vitest'
import { plantFolder, runTool, type Tool } from '../../fixtures/run-tool.ts'

const folders: string[] = []
const tools: Tool[] = []
afterEach(() => {
  for (const { process: child } of tools.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function begin(...words: string[]): Tool {
  const folder = plantFolder({
    'app.ts': `import { app, http } from 'heddle'
export default app('plain', { parts: [http()] })
`,
  })
  folders.push(folder)
  const tool = runTool(folder, words, { env: { PORT: '0' } })
  tools.push(tool)
  return tool
}

test('while an app is developed, the tool serves its console and says where', async () => {
  const tool = begin('dev', 'app.ts')
  const [, url] = await tool.says(/^console (http:\/\/127\.0\.0\.1:\d+\/_heddle\/console)$/m)
  expect((await fetch(url!)).status).toBe(200)
  const facts = await fetch(`${url}/app.json`, { headers: { 'heddle-console': '1' } })
  const { commands } = (await facts.json()) as { commands: readonly { readonly name: string }[] }
  expect(commands.map(({ name }) => name)).toContain('heddle.WatchEvents')
})

test('an app that is started has a console only where it mounts one', async () => {
  const tool = begin('start', 'app.ts')
  const [, url] = await tool.says(/^ready (http:\S+)$/m)
  expect((await fetch(`${url}/_heddle/console`)).status).toBe(404)
})
