import { type AnyCommand, type App, Defect, Failure, failed, type OpenOptions } from '@heddle/core'
import { callCommand } from './call-command.ts'
import { exitCodes, exitOfFailure } from './exit-codes.ts'
import { formatTable } from './format/table.ts'
import { type Io, processIo } from './io.ts'
import { printOutcome } from './print-outcome.ts'
import { appTarget, type CallTarget } from './target.ts'

/** How an app's own program is run. */
export interface RunCliOptions {
  /** @default the words after the program's file */
  readonly argv?: readonly string[]
  /** The program is this one command: no name is typed. */
  readonly command?: AnyCommand
  /** How the program is called, for help. @default the app's name */
  readonly program?: string
  readonly open?: OpenOptions
  readonly io?: Io
  readonly signal?: AbortSignal
}

/**
 * Makes a program of an app: `bank transfer-money --from a`; or of one of its commands: `transfer --from a`.
 *
 * @returns the exit code
 * @example
 * #!/usr/bin/env node
 * process.exitCode = await runCli(bank, { command: transferMoney })
 */
export async function runCli(app: App, options: RunCliOptions = {}): Promise<number> {
  const { argv = process.argv.slice(2), command, program = app.name, io = processIo, signal } = options
  try {
    const open = await app.open(options.open)
    try {
      const target = appTarget(open)
      const [name, ...rest] = command ? [command.name, ...argv] : argv
      if (name === undefined || name === '--help' || name === '-h') {
        io.out.write(`${overview(target, program).join('\n')}\n`)
        return exitCodes.ok.code
      }
      return await callCommand(target, name, rest, { io, signal, program })
    } finally {
      await open.close()
    }
  } catch (thrown) {
    const failure = thrown instanceof Defect ? thrown.toFailure() : thrown
    if (!(failure instanceof Failure)) throw thrown
    await printOutcome(failed([failure]), 'table', io)
    return exitOfFailure(failure).code
  }
}

function overview({ commands }: CallTarget, program: string): string[] {
  const rows = Object.values(commands).map(({ name, summary = '' }) => ({ command: name, summary }))
  return [`${program} <command> [flags]`, '', ...formatTable(rows), '', `${program} <command> --help tells its flags.`]
}
