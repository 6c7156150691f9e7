import { Console } from 'node:console'
import { once } from 'node:events'
import { Readable, Writable } from 'node:stream'
import { jsonLog } from '@heddle/core'
import { isAnswered, localSocketPath, type Writer } from '@heddle/serve'
import type { McpApp, McpStdioOptions } from '@heddle/serve/mcp'
import { makeFolder } from '@heddle/data'
import { cliCommand } from '../cli-command.ts'
import { keepPrincipal } from '../keep-principal.ts'
import { otherProcess, shownTo } from '../other-process.ts'
import { type Session, sessionFor } from '../session.ts'
import { openToServe } from '../target.ts'

export default cliCommand({
  name: 'mcp',
  summary: 'Serve the app to an agent by the Model Context Protocol, over standard input and output.',
  example: 'heddle mcp app.ts --as ward-7',
  args: {
    file: { type: 'positional', optional: true, summary: 'The file of the app' },
    as: { type: 'text', value: 'ID', summary: 'The principal that the agent acts as [the operator]' },
    tenant: { type: 'text', value: 'TENANT', summary: "Which tenant it acts in [the principal's]" },
    operations: { type: 'boolean', summary: 'Also serve the commands that operate the app' },
  },
  async run({ args: { file, as, tenant, operations }, app }) {
    const session = sessionFor(app.session, file)
    const { io } = session.around
    // Whatever the app prints goes to standard error: a line that is no message would end the conversation.
    const { console: own } = globalThis
    globalThis.console = new Console(streamOf(io.err))
    const options: McpStdioOptions = {
      tenant,
      input: io.stdin instanceof Readable ? io.stdin : Readable.from(io.stdin),
      output: streamOf(io.out),
      ...(!operations && { commands: ({ domain }) => domain !== 'heddle' }),
    }
    try {
      const socket = localSocketPath(session.folder)
      if (await isAnswered(socket)) await serveOther(session, socket, as, options)
      else await serveHere(session, as, options)
    } finally {
      globalThis.console = own
    }
  },
})

/** Serves through the process that has the app open already. */
async function serveOther(
  session: Session,
  socket: string,
  as: string | undefined,
  options: McpStdioOptions,
): Promise<void> {
  const other = otherProcess(await session.app(), socket, { as, tenant: options.tenant })
  await serve(session, other, as === undefined ? options : { ...options, as: shownTo(as) })
}

/** Starts the app in this process, with all that it serves and does. */
async function serveHere(session: Session, as: string | undefined, options: McpStdioOptions): Promise<void> {
  const { io } = session.around
  await makeFolder(session.folder)
  const open = await openToServe(session, io.err.isTTY ? {} : { log: jsonLog() })
  try {
    const kept = as === undefined ? undefined : await keepPrincipal(open, as, options.tenant)
    for (const line of await open.start()) io.err.write(`${line}\n`)
    await serve(session, open, kept ? { ...options, as: kept.current } : options, kept?.gone)
    kept?.stop()
  } finally {
    await open.close()
  }
}

/** Until the agent has gone, the tool is asked to end, or the principal is there no more. */
async function serve(
  { around: { signal } }: Session,
  app: McpApp,
  options: McpStdioOptions,
  gone?: Promise<void>,
): Promise<void> {
  // Loaded here: no other command of the tool needs it.
  const { serveMcpStdio } = await import('@heddle/serve/mcp')
  const served = serveMcpStdio(app, options)
  const asked = signal.aborted ? Promise.resolve() : once(signal, 'abort')
  await Promise.race([served.closed, asked, ...(gone ? [gone] : [])])
  await served.close()
}

const streamOf = (writer: Writer): Writable =>
  writer instanceof Writable
    ? writer
    : new Writable({
        write(chunk: Buffer, _encoding, done) {
          writer.write(chunk.toString())
          done()
        },
      })
