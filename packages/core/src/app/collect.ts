import { isCommand } from '../command/command.ts'
import { type Domain, isDomain } from '../command/domain.ts'
import type { AnyCommand, CommandFacts } from '../command/types.ts'
import { Defect } from '../error/defect.ts'
import type { Port } from '../ports/port.ts'
import type { AppDefinition } from './app.ts'
import { resolveMapped } from '../mapper/resolve.ts'
import { commandPart } from './command-part.ts'
import { configPortOf } from './config-port.ts'
import { grantParts } from './grants.ts'
import { isPart, type Part } from './part.ts'
import { tenancyParts } from './tenancy-part.ts'

/** What an app's definition holds, taken apart and put in order. */
export interface Collected {
  readonly commands: ReadonlyMap<string, CommandFacts>
  readonly domains: ReadonlyMap<string, Domain>
  /** Every part that is no command, the database first, each before those that hold it. */
  readonly parts: readonly Part[]
  /** The same with the commands: what the manifest describes. */
  readonly described: readonly Part[]
  /** What commands read the configuration by. */
  readonly config?: Port
}

/**
 * Takes modules apart and finds every part, also those that commands and other parts bring along.
 *
 * @throws {Defect} DuplicateName, MissingPart
 */
export function collect({ parts: given, database, tenancy, grants, config }: AppDefinition): Collected {
  const commands = new Map<string, CommandFacts>()
  const parts = new Map<string, Part>()

  if (database) addPart(database)
  for (const part of [...tenancyParts(tenancy), ...grantParts(grants)]) addPart(part)
  for (const item of given) addItem(item)
  for (const command of commands.values()) for (const callee of command.calls) if (callee.madeFrom) addCommand(callee)
  resolveMapped(commands)
  for (const command of commands.values()) {
    for (const { part } of command.uses) if (part) addPart(part)
    for (const event of command.emits) addPart(event)
  }

  const domains = new Map<string, Domain>()
  for (const part of parts.values()) if (isDomain(part)) domains.set(part.name, part)
  const ordered = new Map([...commands].sort(([a], [b]) => (a < b ? -1 : 1)))
  const all = [...parts.values()]
  return {
    commands: ordered,
    domains,
    parts: all,
    config: configPortOf(config),
    described: [...all, ...Array.from(ordered.values(), (command) => commandPart(command, all))],
  }

  function addItem(item: unknown): void {
    if (typeof item !== 'object' || item === null) return
    if (isCommand(item)) addCommand(item)
    else if (isPart(item)) addPart(item)
    else for (const member of Object.values(item)) if (isCommand(member) || isPart(member)) addItem(member)
  }

  /** A contract is only a name for what implements it. */
  function addCommand(command: AnyCommand & CommandFacts): void {
    if (command.kind === 'contract') return
    const known = commands.get(command.name)
    if (known && known !== command) throw new Defect('DuplicateName', { name: command.name })
    commands.set(command.name, command)
    if (command.exposes) addCommand(command.exposes.command)
  }

  function addPart(part: Part): void {
    const address = `${part.kind.name} ${part.name}`
    const known = parts.get(address)
    if (known === part) return
    if (known) throw new Defect('DuplicateName', { name: address })
    for (const inner of part.parts ?? []) addPart(inner)
    for (const command of part.commands ?? []) addCommand(command)
    parts.set(address, part)
  }
}
