import { Defect, Failure, systemErrors, systemFailure } from '@heddle/core'
import { exitCodes, exitOfFailure, usageFailure } from '@heddle/serve'
import type { CliCommand } from './cli-command.ts'
import { createOut, type Out, type OutFormat, type OutOptions } from './out.ts'
import { type Asked, parseCommandLine } from './program.ts'
import { registry } from './registry.ts'
import { Session, type ToolEnvironment, type ToolValues } from './session.ts'
import { ToolApp } from './tool-app.ts'

/**
 * Runs one command line of the tool.
 *
 * @returns the exit code; what goes wrong is printed, never thrown
 */
export async function main(
  argv: readonly string[],
  around: ToolEnvironment,
  commands: readonly CliCommand[] = registry,
): Promise<number> {
  // The output of a command line that cannot be read has to be guessed.
  let out = await createOut(around.io, {
    format: asCall(argv).includes('call') ? 'table' : formatIn(argv),
    verbose: argv.includes('--verbose'),
  })
  try {
    const parsed = parseCommandLine(asCall(argv), commands)
    if ('text' in parsed) {
      around.io.out.write(parsed.text)
      return exitCodes.ok.code
    }
    out = await createOut(around.io, outOptions(parsed.options))
    return await run(parsed, commands, around, out)
  } catch (thrown) {
    const failure = failureOf(thrown, around.signal)
    out.fail([failure])
    return exitOfFailure(failure).code
  }
}

/** The name of a command of the app may stand without `call`: `heddle orders.PlaceOrder --order o-1`. */
const asCall = (argv: readonly string[]): readonly string[] =>
  /^(?:[\w-]+\.){1,2}[A-Z]\w*$/.test(argv[0] ?? '') ? ['call', ...argv] : argv

async function run(
  { command, args, options }: Asked,
  commands: readonly CliCommand[],
  around: ToolEnvironment,
  out: Out,
): Promise<number> {
  const app = new ToolApp(new Session(around, options as ToolValues))
  try {
    return (await command.run({ args, app, out, commands })) ?? exitCodes.ok.code
  } finally {
    await app.close()
  }
}

function formatIn(argv: readonly string[]): OutFormat {
  if (argv.includes('--json')) return 'json'
  const format = argv.findLast((word, index) => word.startsWith('--format=') || argv[index - 1] === '--format')
  return (['json', 'yaml'] as const).find((name) => format?.endsWith(name)) ?? 'table'
}

function outOptions({ json, format, verbose }: Asked['options']): OutOptions {
  if (json === true && format !== undefined && format !== 'json')
    throw usageFailure('--json and --format exclude each other')
  // The parser lets only the formats of the table through.
  return { json: json === true, format: format as OutFormat | undefined, verbose: verbose === true }
}

/** What stops the tool is a failure with one sentence; a stack is only for what nobody foresaw, and only on request. */
function failureOf(thrown: unknown, { aborted, reason }: AbortSignal): Failure<string, unknown> {
  if (thrown instanceof Failure) return thrown
  // Who was asked to end throws what he was asked by.
  if (aborted && (thrown === reason || (thrown as Error | null)?.name === 'AbortError'))
    return systemFailure('Cancelled', {}, { cause: thrown })
  if (thrown instanceof Defect) return thrown.toFailure()
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const facts = { ...systemErrors.Internal, help: 'Run it again with --verbose to see where.' }
  return new Failure('Internal', {}, facts, [], thrown, `Something went wrong inside: ${message}`)
}
