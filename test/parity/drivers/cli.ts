import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Asked, Driver, ToldOutcome } from '../driver.ts'
import type { ToolAnswer, ToolRequest } from '../hosts/tool.child.ts'
import type { People } from '../principals.ts'
import { failedWith, succeededWith } from '../told.ts'

/** The words of the tool, in a process beside the one that serves the app. */
export const driver: Driver = {
  surface: 'cli',
  isOperators: true,
  async open({ subject, folder, environment, people }) {
    const child = fork(join(import.meta.dirname, '../hosts/tool.child.ts'), [], {
      cwd: folder,
      env: { ...process.env, ...environment, HEDDLE_APP: subject.file, HEDDLE_FOLDER: folder },
      execArgv: [],
    })
    const waiting = new Map<number, (answer: ToolAnswer) => void>()
    child.on('message', (answer: ToolAnswer) => waiting.get(answer.id)?.(answer))
    const over = once(child, 'exit').then(([code]) => code as number | null)
    const dead = over.then(died)
    dead.catch(() => undefined)
    let last = 0

    return {
      async call(name, input, asked) {
        const id = ++last
        const send = (request: ToolRequest) => child.send(request)
        const answer = new Promise<ToolAnswer>((resolve) => waiting.set(id, resolve))
        send({ id, argv: ['call', name, ...wordsOf(input, asked, people)] })
        asked.signal?.addEventListener('abort', () => send({ id, interrupt: true }), { once: true })
        return read(await Promise.race([answer, dead]))
      },
      async close() {
        child.disconnect()
        await over
      },
    }
  },
}

function wordsOf(input: unknown, { as, tenant, key, timeoutMs }: Asked, people: People): string[] {
  const who = people.principal(as)
  return [
    '--input',
    JSON.stringify(input),
    '--json',
    '--no-input',
    ...(who === null ? ['--stranger'] : ['--as', typeof who === 'string' ? who : who.id]),
    ...(typeof who === 'object' && who ? who.permissions.flatMap((permission) => ['--may', permission]) : []),
    ...(tenant === undefined ? [] : ['--tenant', tenant]),
    ...(key === undefined ? [] : ['--key', key]),
    ...(timeoutMs === undefined ? [] : ['--timeout', `${timeoutMs}ms`]),
  ]
}

const died = (code: number | null): never => {
  throw new Error(`the tool ended with ${code}`)
}

/** Lines of items, and at last the outcome. */
function read({ out, err }: ToolAnswer): ToldOutcome {
  if (out === '') throw new Error(`the tool printed no outcome: ${err}`)
  const told = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
  const items = told.slice(0, -1).map(({ item }) => item)
  const { ok, value, errors } = told.at(-1)!
  return ok ? succeededWith(value, items) : failedWith(errors, items)
}
