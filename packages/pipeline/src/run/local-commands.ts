import type { AnyCommand } from '@heddle/core'

/** The local commands that a command calls, however far inside. */
export function localCommands(command: AnyCommand, found = new Set<AnyCommand>()): readonly AnyCommand[] {
  for (const callee of command.calls as readonly AnyCommand[]) {
    if (!callee.madeFrom || found.has(callee)) continue
    found.add(callee)
    localCommands(callee, found)
  }
  return [...found]
}
