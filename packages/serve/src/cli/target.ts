import type { AnyFailure, CallOptions, Clock, CommandSection, FailureJson, OpenApp, Outcome } from '@heddle/core'

/** Where a command line sends its calls: an app that is open in this process, or the process that owns its data. */
export interface CallTarget {
  /** What the app's commands take and give, by full name. */
  readonly commands: Readonly<Record<string, CommandSection>>
  readonly clock: Clock
  call(name: string, input: unknown, options: CallOptions): Promise<Outcome<unknown, AnyFailure | FailureJson>>
}

/** The sections of an app's commands in its manifest. */
export const commandSections = ({ parts }: OpenApp['manifest']): Readonly<Record<string, CommandSection>> =>
  (parts.command ?? {}) as unknown as Readonly<Record<string, CommandSection>>

/** An app in this process as the target of a command line. */
export function appTarget(app: OpenApp): CallTarget {
  return {
    commands: commandSections(app.manifest),
    clock: app.ports.clock,
    call: (name, input, options) => app.callByName(name, input, options),
  }
}
