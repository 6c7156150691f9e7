import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { startMcpServer } from './mcp-server.ts'
import { type Ended, runProcess } from './run-process.ts'
import type { Report, Suite } from './suite.ts'

const program = join(import.meta.dirname, '../../node_modules/@modelcontextprotocol/conformance/dist/index.js')

/** Its output counts the checks of a scenario: `Passed: 19/19, 0 failed, 0 warnings`. */
const counted = /Passed: (\d+)\/(\d+)/

async function scenariosOf(mode: 'server' | 'client'): Promise<readonly string[]> {
  const { text } = await runProcess(process.execPath, [program, 'list', `--${mode}`])
  return [...text.matchAll(/^ {2}- (\S+) \[/gm)].map(([, name]) => name!)
}

/** Runs each scenario by itself, so that one that hangs takes no other one along. */
async function runAll(mode: 'server' | 'client', run: (scenario: string) => Promise<Ended>): Promise<Report> {
  let passed = 0
  let total = 0
  const failures: string[] = []
  for (const scenario of await scenariosOf(mode)) {
    const { text } = await run(scenario)
    const [, good = '0', all = '1'] = counted.exec(text) ?? []
    passed += Number(good)
    total += Number(all)
    if (good === all && counted.test(text)) continue
    failures.push(`${scenario} (${good} of ${all}): ${whyFailed(text)}`)
  }
  return { passed, total, failures }
}

/** The first check that failed, and what was wrong. */
function whyFailed(text: string): string {
  const [, details = ''] = text.split(/=*\s*Failed Checks:?/)
  const lines = details.split('\n').filter((line) => /^ +(?:- |Error: )/.test(line))
  const [first = 'it did not come to an end', reason] = lines.map((line) => line.trim().replace(/^- /, ''))
  return reason?.startsWith('Error: ') ? `${first}; ${reason.slice('Error: '.length)}` : first
}

const version = async () => {
  const { version } = JSON.parse(await readFile(join(dirname(program), '../package.json'), 'utf8')) as {
    version: string
  }
  return `@modelcontextprotocol/conformance ${version}`
}

/** The public suite of the Model Context Protocol against `mcp()` over Streamable HTTP, and against `mcpTools()`. */
export async function mcpSuites(): Promise<readonly Suite[]> {
  const material = await version()
  return [
    {
      name: 'mcp-server',
      standard: 'Model Context Protocol, server',
      material,
      async run() {
        const { url, close } = await startMcpServer()
        const cwd = await mkdtemp(join(tmpdir(), 'heddle-mcp-suite-'))
        try {
          return await runAll('server', (scenario) =>
            runProcess(process.execPath, [program, 'server', '--url', url, '--scenario', scenario], { cwd }),
          )
        } finally {
          await close()
          await rm(cwd, { recursive: true })
        }
      },
    },
    {
      name: 'mcp-client',
      standard: 'Model Context Protocol, client',
      material,
      async run() {
        const client = `${process.execPath} ${join(import.meta.dirname, 'mcp-client.ts')}`
        const cwd = await mkdtemp(join(tmpdir(), 'heddle-mcp-suite-'))
        try {
          return await runAll('client', (scenario) =>
            runProcess(process.execPath, [program, 'client', '--command', client, '--scenario', scenario], { cwd }),
          )
        } finally {
          await rm(cwd, { recursive: true })
        }
      },
    },
  ]
}
