// The tool in a process of its own: it runs one command line after the other, each as `heddle …` would.
import { main } from '../../../packages/heddle/src/cli/main.ts'
import { memoryIo } from '../../../packages/serve/src/cli/io.ts'

/** A command line, or the wish that one ends, as Ctrl-C says it. */
export type ToolRequest = { readonly id: number } & (
  | { readonly argv: readonly string[] }
  | { readonly interrupt: true }
)

/** What it printed, and how it ended. */
export interface ToolAnswer {
  readonly id: number
  readonly code: number
  readonly out: string
  readonly err: string
}

const running = new Map<number, AbortController>()

process.on('message', async (request: ToolRequest) => {
  const { id } = request
  if ('interrupt' in request) return running.get(id)?.abort('SIGINT')
  const controller = new AbortController()
  running.set(id, controller)
  const io = memoryIo()
  const code = await main(request.argv, {
    io,
    cwd: process.cwd(),
    environment: process.env,
    signal: controller.signal,
    entry: process.argv[1]!,
  })
  running.delete(id)
  process.send!({ id, code, out: io.text(), err: io.errors() } satisfies ToolAnswer)
})
