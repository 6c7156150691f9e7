import {
  type AnyCommand,
  type AnyFailure,
  type CallOptions,
  type Clock,
  type CommandSection,
  type FailureJson,
  failed,
  Failure,
  type OpenApp,
  type Outcome,
  type Principal,
  type Schema,
  systemFailure,
} from '@heddle/core'
import { keptPrincipal } from '../access/kept-principal.ts'
import { outwardCall } from './outward-call.ts'

/** How a command line makes a call. */
export interface TargetOptions extends Omit<CallOptions, 'as'> {
  /** A principal, the id of one that is kept, or nobody. */
  readonly as?: Principal | string | null
}

/** Where a command line sends its calls: an app that is open in this process, or the process that owns its data. */
export interface CallTarget {
  /** What the app's commands take and give, by full name. */
  readonly commands: Readonly<Record<string, CommandSection>>
  readonly clock: Clock
  /** The type of a command's input, by full name. */
  inputOf(name: string): Schema
  call(name: string, input: unknown, options: TargetOptions): Promise<Outcome<unknown, AnyFailure | FailureJson>>
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
    async call(name, input, { as, ...options }) {
      const caller = typeof as === 'string' ? await kept(app, as, options.tenant) : as
      if (caller instanceof Failure) return failed([caller])
      return outwardCall(app, name, input, { surface: 'cli', ...options, as: caller })
    },
  }
}

const kept = ({ ports }: OpenApp, id: string, tenant: string | undefined): Promise<Principal | AnyFailure> =>
  keptPrincipal(ports, id, tenant).catch((thrown: unknown) => {
    if (thrown instanceof Failure) return thrown
    throw thrown
  })
