import { type AnyFailure, Defect, failed, Failure, parseDuration, type Principal } from '@heddle/core'
import { commandHelp } from './command-help.ts'
import { exitCodes, exitOf, exitOfFailure } from './exit-codes.ts'
import { depthOf, showToDepth } from './entity-depth.ts'
import { findCommand } from './find-command.ts'
import { selectionOf } from './format/select.ts'
import { usageFailure } from './flag-tokens.ts'
import { fileOutcome } from './file-outcome.ts'
import type { Io } from './io.ts'
import type { JsonSchema } from './json-schema.ts'
import {
  type BegunValues,
  type callOptions,
  callOptionsFor,
  isFileOutput,
  type OptionTable,
  type OptionValues,
} from './options.ts'
import { callAsked } from './later-call.ts'
import { parseArguments } from './parse-arguments.ts'
import { askForMissing } from './prompts/ask-for-missing.ts'
import { type Format, itemPrinter, printOutcome } from './print-outcome.ts'
import { progressBar } from './progress-bar.ts'
import { readInput } from './read-input.ts'
import type { CallTarget, TargetOptions } from './target.ts'

/** Who sits at the machine may do everything with its data, so the command line does not ask. */
export const localOperator: Principal = { id: 'operator', permissions: ['*'], tenants: ['*'] }

/** How a command line is run. */
export interface CallCommandOptions {
  readonly io: Io
  readonly signal?: AbortSignal
  /** How the command line begins, for help. @default 'heddle call' */
  readonly program?: string
  /** Options beside those of a call, which were read before, e.g. `--app`. */
  readonly beside?: OptionTable
  /** Also print causes and stacks. */
  readonly verbose?: boolean
}

type CallValues = OptionValues<typeof callOptions> & BegunValues

/**
 * Runs one command from the words after its name, prints its outcome and says how the process should end.
 *
 * @returns the exit code, from the one table
 */
export async function callCommand(
  target: CallTarget,
  name: string,
  argv: readonly string[],
  { io, signal, program = 'heddle call', beside = {}, verbose = false }: CallCommandOptions,
): Promise<number> {
  let format = formatIn(argv, io)
  try {
    const section = findCommand(name, target.commands)
    const table = { ...callOptionsFor(section, target.commands), ...beside }
    const asked = await askForMissing({ section, type: () => target.inputOf(section.name), argv, table, io, signal })
    const { options, assignments } = parseArguments([...argv, ...asked], section.input as JsonSchema, table)
    format = formatOf(options, io)
    if (options.help) {
      io.out.write(`${commandHelp(section, table, program).join('\n')}\n`)
      return exitCodes.ok.code
    }
    const selection = options.select === undefined ? undefined : selectionOf(options.select, section.output)
    const depth = depthOf(options.entityDepth, section, target)
    const made = callAsked(section, target.commands, options)
    const type = target.inputOf(section.name)
    const read = await readInput({ options, assignments, type, stdin: io.stdin })
    if (!read.ok) {
      await printOutcome(read, format, io, { causes: verbose })
      return exitOf(read).code
    }
    const bar = progressBar(io.err, target.clock)
    const deadline = options.timeout === undefined ? undefined : target.clock.now() + durationOf(options.timeout)
    const print = itemPrinter(format, io, selection)
    let outcome = await target.call(made.name, made.input(read.value), {
      ...callerOf(options),
      from: 'json',
      signal,
      idempotencyKey: options.key,
      deadline,
      onProgress: (progress) => bar.show(progress),
      onItem: async (item: unknown) => {
        bar.clear()
        await print(item)
      },
    })
    bar.clear()
    outcome = made.outcome(outcome)
    if (options.wait && made.begins && outcome.ok) {
      const { run } = outcome.value as { readonly run: string }
      outcome = await target.call(made.begins.awaits, { run }, { ...callerOf(options), from: 'json', signal, deadline })
      if (!outcome.ok && isCutShort(outcome.errors[0])) io.err.write(`${run} goes on\n`)
    }
    if (depth !== undefined && outcome.ok) {
      const shown = await showToDepth(outcome, section, depth, target, { ...callerOf(options), from: 'json', signal })
      // What a command did is done, so that its outcome stands, as it came. A question is asked again.
      if (!shown.ok && section.kind === 'command') await printOutcome(shown, 'table', io, { causes: verbose })
      else outcome = shown
    }
    if (isFileOutput(section)) outcome = await fileOutcome(outcome, options.out)
    // The fields are those of a stream's items; how it ended is another type.
    const ofValue = 'stream' in section.output ? undefined : selection
    await printOutcome(outcome, format, io, { causes: verbose, selection: ofValue })
    return exitOf(outcome).code
  } catch (thrown) {
    if (!(thrown instanceof Failure)) throw thrown
    const failure: AnyFailure = thrown
    await printOutcome(failed([failure]), format, io, { causes: verbose })
    return exitOfFailure(failure).code
  }
}

/** Whether the wait ended, and what was waited for goes on. */
const isCutShort = (error: { readonly code: string } | undefined) =>
  error?.code === 'DeadlineExceeded' || error?.code === 'Cancelled'

function callerOf({ as, may, stranger, tenant }: CallValues): Pick<TargetOptions, 'as' | 'tenant'> {
  if (stranger && as !== undefined) throw usageFailure('--stranger and --as exclude each other')
  if (may && as === undefined) throw usageFailure('--may says what --as may do; give both')
  if (stranger) return { as: null, tenant }
  if (as === undefined) return { as: { ...localOperator, tenant }, tenant }
  return { as: may ? { id: as, tenant, permissions: may } : as, tenant }
}

function durationOf(text: string): number {
  try {
    return parseDuration(text)
  } catch (thrown) {
    if (thrown instanceof Defect) throw usageFailure('--timeout is written like 250ms, 2s or 7d')
    throw thrown
  }
}

/** People get tables, programs get JSON, unless they say otherwise. */
function formatOf({ json, format }: CallValues, io: Io): Format {
  if (json && format !== undefined && format !== 'json') throw usageFailure('--json and --format exclude each other')
  if (json) return 'json'
  return (format as Format | undefined) ?? (io.out.isTTY ? 'table' : 'json')
}

/** What a command line that cannot be read asked for: also its error must come in that format. */
function formatIn(argv: readonly string[], io: Io): Format {
  const at = argv.indexOf('--format')
  const named = at < 0 ? argv.find((word) => word.startsWith('--format='))?.slice('--format='.length) : argv[at + 1]
  if (argv.includes('--json') || named === 'json') return 'json'
  if (named === 'yaml') return 'yaml'
  return io.out.isTTY ? 'table' : 'json'
}
