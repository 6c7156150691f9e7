import {
  type AnyCommand,
  type App,
  type CommandFacts,
  commandKind,
  isCommand,
  type Part,
  type PartKind,
} from '@heddle/core'

/** What an app declares, found without opening it. */
export interface Declared {
  /** By full name, in the order of the names. */
  readonly commands: ReadonlyMap<string, AnyCommand & CommandFacts>
  readonly parts: readonly Part[]
}

/** Takes an app's declaration apart: modules, commands, parts, and the parts that those bring along. */
export function declaredIn({ definition }: App): Declared {
  const commands = new Map<string, AnyCommand & CommandFacts>()
  const parts = new Set<Part>()
  const addPart = (part: Part) => {
    if (parts.has(part)) return
    parts.add(part)
    part.parts?.forEach(addPart)
    for (const command of part.commands ?? []) add(command, 0)
  }
  const add = (item: unknown, depth: number) => {
    if (isCommand(item)) {
      const facts = item as AnyCommand & CommandFacts
      commands.set(facts.name, facts)
      for (const { part } of facts.uses) if (part) addPart(part)
    } else if (isPart(item)) addPart(item)
    else if (depth > 0 && typeof item === 'object' && item !== null) {
      for (const member of Object.values(item)) add(member, depth - 1)
    }
  }
  if (definition.database) addPart(definition.database)
  for (const item of definition.parts) add(item, 1)
  return {
    commands: new Map([...commands].sort(([a], [b]) => (a < b ? -1 : 1))),
    parts: [...parts],
  }
}

/** How each kind of part of an app is compared, that of commands too, and of what its own settings stand for. */
export function kindsOf(app: App): readonly PartKind[] {
  const kinds = new Map(app.parts().parts.map(({ kind }) => [kind.name, kind]))
  return [commandKind, ...kinds.values()]
}

const isPart = (value: unknown): value is Part =>
  typeof value === 'object' &&
  value !== null &&
  'describe' in value &&
  typeof value.describe === 'function' &&
  'kind' in value &&
  typeof value.kind === 'object'
