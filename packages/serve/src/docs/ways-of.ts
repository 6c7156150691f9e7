import type { CommandSection } from '@heddle/core'
import type { Reference } from './reference.ts'

/** What the names of the commands that a workflow brings begin with; its own name follows. */
const verbs = ['Await', 'Get', 'Watch', 'Cancel', 'Signal', 'Update', 'Answer']

/** The ports of runs: all commands that a workflow brings use one of them. */
const runs: ReadonlySet<string> = new Set(['heddle.Runs', 'heddle.RunEngine', 'heddle.RunChanges'])

/** The commands by which a workflow is begun, spoken with and followed. */
export function waysOf(workflow: string, { commands, workflows }: Reference): CommandSection[] {
  const isWayOf = (command: CommandSection, name: string) => {
    if (command.name === name) return true
    const at = name.lastIndexOf('.') + 1
    return verbs.some((verb) => command.name.startsWith(`${name.slice(0, at)}${verb}${name.slice(at)}`))
  }
  return commands.filter(
    (command) =>
      command.uses.some((port) => runs.has(port)) &&
      isWayOf(command, workflow) &&
      // `GetPlaceOrder` belongs to `PlaceOrder`, also where there is a workflow `Place`.
      !workflows.some(({ name }) => name.length > workflow.length && isWayOf(command, name)),
  )
}
