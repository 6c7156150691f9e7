import type { Out } from './out.ts'
import type { ToolApp } from './tool-app.ts'

/** One argument of a command of the tool. */
export type Argument =
  | {
      readonly type: 'positional'
      readonly summary: string
      readonly optional?: boolean
      readonly choices?: readonly string[]
    }
  | { readonly type: 'text'; readonly summary: string; readonly value: string; readonly default?: string }
  | { readonly type: 'number'; readonly summary: string; readonly default?: number }
  | { readonly type: 'boolean'; readonly summary: string }
  | {
      readonly type: 'list'
      readonly summary: string
      readonly value: string
      readonly choices?: readonly string[]
    }
  /** Every word that follows, flags too, as typed. */
  | { readonly type: 'words'; readonly summary: string }

export type ArgumentTable = Readonly<Record<string, Argument>>

type ValueOf<A extends Argument> = A extends { type: 'positional' }
  ? A extends { optional: true }
    ? string | undefined
    : string
  : A extends { type: 'number' }
    ? A extends { default: number }
      ? number
      : number | undefined
    : A extends { type: 'boolean' }
      ? boolean
      : A extends { type: 'list' | 'words' }
        ? readonly string[]
        : A extends { default: string }
          ? string
          : string | undefined

/** What was given for a table of arguments. */
export type ArgumentValues<Table extends ArgumentTable> = { readonly [Name in keyof Table]: ValueOf<Table[Name]> }

/** What a command of the tool is run with. */
export interface RunCli<Table extends ArgumentTable> {
  readonly args: ArgumentValues<Table>
  /** The tool's own app: its commands work on the user's app. It is opened when it is first called. */
  readonly app: ToolApp
  readonly out: Out
  /** Every command of the tool. */
  readonly commands: readonly CliCommand[]
}

/** A command of the tool, as data: the parser, the help and the machine-readable help all come from it. */
export interface CliCommand {
  readonly name: string
  readonly summary: string
  readonly example: string
  readonly args: ArgumentTable
  /** Whether what is no option of it is a value of the app's configuration. */
  readonly configFlags?: true
  /** @returns an exit code other than 0 where it has one of its own, e.g. that of `check` */
  run(options: RunCli<ArgumentTable>): Promise<number | void> | number | void
}

/**
 * Declares a command of the tool. It only parses and prints: what others may want remotely is a command of the domain
 * `heddle`.
 */
export function cliCommand<const Table extends ArgumentTable>(declared: {
  readonly name: string
  readonly summary: string
  readonly example: string
  readonly args: Table
  readonly configFlags?: true
  run(options: RunCli<Table>): Promise<number | void> | number | void
}): CliCommand {
  // The parser fills the table that is declared here, so that the values have the types of this table.
  return { ...declared, run: (options) => declared.run(options as RunCli<Table>) }
}
