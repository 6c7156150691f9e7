import type { CliCommand } from './cli-command.ts'
import describe from './commands/describe.ts'
import help from './commands/help.ts'
import list from './commands/list.ts'
import manifest from './commands/manifest.ts'

/** The one table of the tool's commands: parser, help, machine-readable help and documents come from it. */
export const registry: readonly CliCommand[] = [list, describe, manifest, help]
