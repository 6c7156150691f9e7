import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Duplex, Readable } from 'node:stream'
import { LineTransport } from '../../../packages/serve/src/mcp/stdio/line-transport.ts'
import type { Driver } from '../driver.ts'
import { type News, newsMark } from '../faults.ts'
import { type Caller, callers } from '../principals.ts'
import { toolDoor } from './call-tool.ts'

/** Tools over the pipes of a child process, which is an app of its own. */
export const driver: Driver = {
  surface: 'mcp',
  transport: 'stdio',
  async open(setting) {
    const { subject, tell } = setting
    const child = spawn(process.execPath, [join(import.meta.dirname, '../hosts/mcp.child.ts'), subject.name], {
      stdio: ['ignore', 'ignore', 'pipe', ...callers.map(() => 'pipe' as const)],
    })
    const over = once(child, 'exit')
    const errors: string[] = []
    createInterface({ input: child.stderr as Readable }).on('line', (line) => {
      if (line.startsWith(newsMark)) tell(JSON.parse(line.slice(newsMark.length)) as News)
      else errors.push(line)
    })
    const pipes = callers.map((_, index) => child.stdio[3 + index] as Duplex)
    return toolDoor(
      setting,
      (as) => {
        const pipe = pipes[callers.indexOf(as as Caller)]!
        return new LineTransport(pipe, pipe, { maxBodyBytes: 1e8, maxDepth: 64 })
      },
      async () => {
        for (const pipe of pipes) pipe.destroy()
        const [code] = (await over) as [number]
        if (code !== 0) throw new Error(`the app ended with ${code}: ${errors.join('\n')}`)
      },
    )
  },
}
