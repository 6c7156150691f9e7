import type { AnyCommand, CommandFacts } from '../command/types.ts'

/** Commands by their names, with the local ones that they call, however far inside. */
export function withLocalCommands(commands: readonly AnyCommand[]): ReadonlyMap<string, CommandFacts> {
  const found = new Map<string, CommandFacts>()
  const add = (command: AnyCommand & CommandFacts): void => {
    if (found.get(command.name) === command) return
    found.set(command.name, command)
    for (const callee of command.calls) if (callee.madeFrom) add(callee)
  }
  for (const command of commands) add(command)
  return found
}
