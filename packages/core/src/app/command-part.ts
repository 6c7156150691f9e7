import { commandKind } from '../check/compare-command.ts'
import type { CommandFacts } from '../command/types.ts'
import { describeCommand } from '../manifest/describe-command.ts'
import type { Part } from './part.ts'

/** A command as a part of an app with these other ones: it has a section in the manifest and is compared by `heddle check` like any other. */
export function commandPart(command: CommandFacts, parts: readonly Part[]): Part {
  return { kind: commandKind, name: command.name, describe: () => describeCommand(command, parts) }
}
