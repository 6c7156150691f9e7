import { Console } from 'node:console'
import { createInterface } from 'node:readline'
import { Readable, Writable } from 'node:stream'
import { jsonLog } from '@heddle/core'
import { type AgentOptions, connectAgent, isAnswered, localSocketPath, type Writer } from '@heddle/serve'
import { makeFolder } from '@heddle/data'
import { AgentRelay } from '../agent-relay.ts'
import { cliCommand } from '../cli-command.ts'
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
    const options: AgentOptions = { as, tenant, operations }
    try {
      if (await isAnswered(localSocketPath(session.folder))) await relay(session, options)
      else await serveHere(session, options)
    } finally {
      globalThis.console = own
    }
  },
})

/** Starts the app in this process, with all that it serves and does: the agent finds here what it would find beside another. */
async function serveHere(session: Session, options: AgentOptions): Promise<void> {
  const { io } = session.around
  await makeFolder(session.folder)
  const open = await openToServe(session, io.err.isTTY ? {} : { log: jsonLog() })
  try {
    for (const line of await open.start()) io.err.write(`${line}\n`)
    await relay(session, options)
  } finally {
    await open.close()
  }
}

/** Hands on what the agent and the process that serves the app say to each other, until the agent has gone. */
async function relay({ folder, around: { io, signal } }: Session, options: AgentOptions): Promise<void> {
  const between = new AgentRelay(streamOf(io.out), () => connectAgent(localSocketPath(folder), options))
  const leave = () => between.close()
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  await between.find()
  const lines = createInterface({ input: io.stdin instanceof Readable ? io.stdin : Readable.from(io.stdin) })
  const heard = (async () => {
    for await (const line of lines) await between.say(line)
    between.close()
  })()
  try {
    await Promise.race([between.over, heard])
  } finally {
    lines.close()
    signal.removeEventListener('abort', leave)
  }
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
