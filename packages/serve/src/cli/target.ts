import {
  type AnyCommand,
  type AnyFailure,
  type CallOptions,
  type Clock,
  type CommandSection,
  type FailureJson,
  type OpenApp,
  type Outcome,
  type Schema,
  systemFailure,
} from '@heddle/core'

/** Where a command line sends its calls: an app that is open in this process, or the process that owns its data. */
export interface CallTarget {
  /** What the app's commands take and give, by full name. */
  readonly commands: Readonly<Record<string, CommandSection>>
  readonly clock: Clock
  /** The type of a command's input, by full name. */
  inputOf(name: string): Schema
  call(name: string, input: unknown, options: CallOptions): Promise<Outcome<unknown, AnyFailure | FailureJson>>
}

/** The sections of an app's commands in its manifest. */
export const commandSections = ({ parts }: OpenApp['manifest']): Readonly<Record<string, CommandSection>> =>
  (parts.command ?? {}) as unknown as Readonly<Record<string, CommandSection>>

/**
 * The types of the inputs of commands.
 *
 * @throws {Failure} UnknownCommand
 */
export const inputsOf =
  (commands: ReadonlyMap<string, AnyCommand>): CallTarget['inputOf'] =>
  (name) => {
    const command = commands.get(name)
    if (!command) throw systemFailure('UnknownCommand', { name })
    return command.input
  }

/** An app in this process as the target of a command line. */
export function appTarget(app: OpenApp): CallTarget {
  return {
    commands: commandSections(app.manifest),
    clock: app.ports.clock,
    inputOf: inputsOf(app.commands),
    call: (name, input, options) => app.callByName(name, input, { surface: 'cli', ...options }),
  }
}
